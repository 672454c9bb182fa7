import { Ascii } from "@kubewarden/as-sdk/assembly/json";
/** Stand in the place of an index. */
const NAME = -1;
const KEY = -2;

/** Longer names are cut; the longest that Kubernetes allows is shown. */
const LONGEST = 320;

/** Where in an object a problem lies; made while descending, spelled only when there is a problem to tell. */
export class Path {
  private constructor(
    private readonly parent: Path | null,
    private readonly name: Ascii,
    private readonly index: i32,
    private readonly given: string = "",
  ) {}

  static root(name: Ascii): Path {
    return new Path(null, name, NAME);
  }

  static rootNamed(name: string): Path {
    return new Path(null, "", NAME, name);
  }

  /** `path.name` */
  to(name: Ascii): Path {
    return new Path(this, name, NAME);
  }

  /** `path.name` for a name that the document gives. */
  toNamed(name: string): Path {
    return new Path(this, "", NAME, name);
  }

  /** `path[index]` */
  at(index: i32): Path {
    return new Path(this, "", index);
  }

  /** `path[key]`, for the keys of maps, which may hold dots. */
  key(name: string): Path {
    return new Path(this, "", KEY, name);
  }

  toString(): string {
    const parent = this.parent;
    const before = parent === null ? "" : parent.toString();
    if (this.index >= 0) return `${before}[${this.index}]`;
    const given = this.given.length > LONGEST ? `${this.given.slice(0, LONGEST)}...` : this.given;
    if (this.index == KEY) return `${before}[${given}]`;
    const name = given.length > 0 ? given : this.name.toString();
    return before.length == 0 ? name : `${before}.${name}`;
  }
}
