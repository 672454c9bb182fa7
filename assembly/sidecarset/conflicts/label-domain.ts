/** What a conjunction of label requirements leaves open for one key. */
export class LabelDomain {
  private mayBeAbsent: bool = true;
  private mayBePresent: bool = true;
  /** The only values left; null while any value is. */
  private only: Array<string> | null = null;
  private readonly excluded: Array<string> = [];

  constructor(readonly key: string) {}

  requireOneOf(values: Array<string>): void {
    this.mayBeAbsent = false;
    const before = this.only;
    const left = new Array<string>();
    for (let i = 0; i < values.length; i++) {
      if (before === null || before.includes(values[i])) left.push(values[i]);
    }
    this.only = left;
  }

  exclude(values: Array<string>): void {
    for (let i = 0; i < values.length; i++) this.excluded.push(values[i]);
  }

  requirePresence(): void {
    this.mayBeAbsent = false;
  }

  requireAbsence(): void {
    this.mayBePresent = false;
  }

  /** Whether the label may be missing; then it need not be part of a witness. */
  get admitsAbsence(): bool {
    return this.mayBeAbsent;
  }

  /** A value that satisfies everything; null when there is none. */
  value(): string | null {
    if (!this.mayBePresent) return null;
    const only = this.only;
    if (only === null) return this.fresh();
    for (let i = 0; i < only.length; i++) if (!this.excluded.includes(only[i])) return only[i];
    return null;
  }

  /** A value that is not excluded: of n + 1 different ones at most n are. */
  private fresh(): string {
    let value = "any";
    for (let i = 0; this.excluded.includes(value); i++) value = "any" + i.toString();
    return value;
  }
}
