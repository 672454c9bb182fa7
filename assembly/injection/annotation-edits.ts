import { sameText } from "@kubewarden/as-sdk/assembly/json";
import { NameIndex } from "../document/name-index";
import { valueOfKey } from "../matching/labels";

/**
 * The annotations of a Pod with the changes that the plan makes: later steps see what earlier ones have set.
 *
 * Keys and values are JSON strings.
 */
export class AnnotationEdits {
  readonly keys: Array<usize> = [];
  readonly values: Array<usize> = [];
  /** By key: its index in `keys`, plus one. */
  private readonly places: NameIndex = new NameIndex();

  constructor(
    /** The Pod's annotations as submitted, or 0. */
    private readonly submitted: usize,
  ) {}

  /** The value of a key as it stands now, or 0. */
  value(key: usize): usize {
    const place = <i32>this.places.value(key);
    return place == 0 ? valueOfKey(this.submitted, key) : this.values[place - 1];
  }

  set(key: usize, value: usize): void {
    const now = this.value(key);
    if (now != 0 && sameText(now, value)) return;
    const place = <i32>this.places.value(key);
    if (place != 0) this.values[place - 1] = value;
    else {
      this.keys.push(key);
      this.values.push(value);
      this.places.add(key, this.keys.length);
    }
  }
}
