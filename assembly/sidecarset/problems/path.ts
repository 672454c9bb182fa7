/** Where in an object a problem lies; made while descending, spelled only when there is a problem to tell. */
export class Path {
  private constructor(
    private readonly parent: Path | null,
    private readonly name: string,
    private readonly index: i32,
  ) {}

  static root(name: string): Path {
    return new Path(null, name, -1);
  }

  /** `path.name` */
  to(name: string): Path {
    return new Path(this, name, -1);
  }

  /** `path[index]` */
  at(index: i32): Path {
    return new Path(this, "", index);
  }

  /** `path[key]`, for the keys of maps, which may hold dots. */
  key(name: string): Path {
    return new Path(this, name, -2);
  }

  toString(): string {
    const parent = this.parent;
    const before = parent === null ? "" : parent.toString();
    if (this.index >= 0) return before + "[" + this.index.toString() + "]";
    if (this.index == -2) return before + "[" + this.name + "]";
    return before.length == 0 ? this.name : before + "." + this.name;
  }
}
