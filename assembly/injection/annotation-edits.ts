import { sameText } from "@kubewarden/as-sdk/assembly/json";
import { valueOfKey } from "../matching/labels";

/**
 * The annotations of a Pod with the changes that the plan makes: later steps see what earlier ones have set.
 *
 * Keys and values are JSON strings.
 */
export class AnnotationEdits {
  readonly keys: Array<usize> = [];
  readonly values: Array<usize> = [];

  constructor(
    /** The Pod's annotations as submitted, or 0. */
    private readonly submitted: usize,
  ) {}

  /** The value of a key as it stands now, or 0. */
  value(key: usize): usize {
    for (let i = 0; i < this.keys.length; i++) if (sameText(this.keys[i], key)) return this.values[i];
    return valueOfKey(this.submitted, key);
  }

  set(key: usize, value: usize): void {
    const now = this.value(key);
    if (now != 0 && sameText(now, value)) return;
    for (let i = 0; i < this.keys.length; i++) {
      if (sameText(this.keys[i], key)) {
        this.values[i] = value;
        return;
      }
    }
    this.keys.push(key);
    this.values.push(value);
  }
}
