import {
  character,
  firstElement,
  isText,
  member,
  nextItem,
  sameText,
} from "@kubewarden/as-sdk/assembly/json";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const FEWEST_SLOTS = 32;

/**
 * JSON values by name, each name once: a hash table, so that a thousand sidecars are not compared with one another.
 * Names are JSON strings and equal when they say the same; what is no string equals nothing and is never found.
 */
export class NameIndex {
  private used: i32 = 0;
  /** Name and value in turns; name 0 where a slot is free. */
  private slots: StaticArray<usize> = new StaticArray<usize>(2 * FEWEST_SLOTS);

  /** Adds a value, unless there is one of that name already. Answers whether it did. */
  add(name: usize, value: usize): bool {
    if (!isText(name)) return true;
    const slot = this.slotOf(name);
    if (this.slots[slot] != 0) return false;
    this.slots[slot] = name;
    this.slots[slot + 1] = value;
    if (++this.used * 4 > this.slots.length) this.grow();
    return true;
  }

  /** Adds the elements of a JSON array by their `name`; of equal names the first stays. */
  addAll(array: usize): void {
    for (let each = firstElement(array); each != 0; each = nextItem(each))
      this.add(member(each, "name"), each);
  }

  /** The value of that name, or 0. */
  value(name: usize): usize {
    return isText(name) ? this.slots[this.slotOf(name) + 1] : 0;
  }

  /** Where a name is, or would be. */
  private slotOf(name: usize): i32 {
    const mask = this.slots.length - 2;
    let slot = <i32>(hashOf(name) << 1) & mask;
    while (this.slots[slot] != 0 && !sameText(this.slots[slot], name)) slot = (slot + 2) & mask;
    return slot;
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new StaticArray<usize>(before.length << 1);
    for (let i = 0; i < before.length; i += 2) {
      if (before[i] == 0) continue;
      const slot = this.slotOf(before[i]);
      this.slots[slot] = before[i];
      this.slots[slot + 1] = before[i + 1];
    }
  }
}

/** The same for all spellings of a text. */
function hashOf(name: usize): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let at = name + 1; ; ) {
    const byte = load<u8>(at);
    if (byte == QUOTE) break;
    const here = byte < 0x80 && byte != BACKSLASH ? ((<u64>(at + 1)) << 32) | byte : character(at);
    hash = (hash ^ <u32>here) * 0x01000193;
    at = <usize>(here >> 32);
  }
  return hash ^ (hash >> 15);
}
