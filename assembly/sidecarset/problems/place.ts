import {
  Ascii,
  decode,
  Elements,
  integer,
  isBlank,
  isEmpty,
  isText,
  isUnset,
  member,
} from "@kubewarden/as-sdk/assembly/json";
import { Path } from "./path";
import { Problems } from "./problems";
import { shown } from "./shown";

/** Answers what a text breaks, as an expectation ("expected <answer>"), or an empty text. */
export type Rule = (text: string) => string;

/**
 * A value of the object under validation together with its path and the list that its problems go to.
 *
 * Rules speak about values of the right kind; a value of the wrong kind was reported by the type check already and
 * reads as absent here, so that nothing is told twice.
 */
export class Place {
  constructor(
    readonly value: usize,
    readonly path: Path,
    readonly problems: Problems,
  ) {}

  to(name: Ascii): Place {
    return new Place(member(this.value, name), this.path.to(name), this.problems);
  }

  get isSet(): bool {
    return !isUnset(this.value);
  }

  /** Whether there is a list or an object with something in it. */
  get hasItems(): bool {
    return this.isSet && !isEmpty(this.value);
  }

  /** What the text says; empty when it is absent. */
  get text(): string {
    return decode(this.value);
  }

  elements(): Places {
    return new Places(this);
  }

  /** Tells that this value is not what was expected. */
  expected(what: string): void {
    this.problems.add(this.path, "expected " + what + ", got " + shown(this.value));
  }

  /** Tells that this value must not be there at all. */
  forbidden(why: string): void {
    this.problems.add(this.path, "not allowed " + why + ", got " + shown(this.value));
  }

  /** Tells that a member must not be there, when it is. */
  forbid(name: Ascii, why: string): void {
    const place = this.to(name);
    if (place.isSet) place.forbidden(why);
  }

  /** Tells when a number is below `lowest` or above `highest`; what is no number counts as 0. */
  between(lowest: i64, highest: i64, what: string): void {
    const number = integer(this.value);
    if (number < lowest || number > highest) this.expected(what);
  }

  /** Tells that there has to be something here. */
  missing(): void {
    this.problems.add(this.path, "required, got " + shown(this.value));
  }

  /** The text of a member that has to be given and not empty; empty after telling that it is not. */
  required(name: Ascii): string {
    const place = this.to(name);
    if (isBlank(place.value)) {
      if (!place.isSet || isText(place.value)) place.missing();
      return "";
    }
    return place.text;
  }

  /** Tells when the text is not empty and breaks the rule. */
  follow(rule: Rule): void {
    const text = this.text;
    const broken = text.length == 0 ? "" : rule(text);
    if (broken.length != 0) this.expected(broken);
  }

  /** Like `required`, and the text has to follow the rule. */
  requiredBy(name: Ascii, rule: Rule): string {
    this.to(name).follow(rule);
    return this.required(name);
  }

  /** Tells when a member is given and is none of the words, which spaces separate; an empty text counts as absent. */
  oneOf(name: Ascii, words: Ascii): void {
    if (!isBlank(member(this.value, name))) this.oneOfGiven(name, words);
  }

  /** The same for a member behind a pointer, of which an empty text is a value like any other. */
  oneOfGiven(name: Ascii, words: Ascii): void {
    this.to(name).isOneOf(words);
  }

  /** Tells when this is a text and none of the words, which spaces separate. */
  isOneOf(words: Ascii): void {
    if (isText(this.value) && !contains(words, this.text)) this.expected("one of " + listed(words));
  }
}

/** Walks the elements of a list as places. */
export class Places {
  /** The element; before the first `next` the list itself. */
  place: Place;
  private readonly items: Elements;

  constructor(private readonly list: Place) {
    this.place = list;
    this.items = new Elements(list.value);
  }

  next(): bool {
    const items = this.items;
    if (!items.next()) return false;
    this.place = new Place(items.value, this.list.path.at(items.index), this.list.problems);
    return true;
  }
}

/** Whether `words`, separated by spaces, has the word. One text is much smaller in the module than a list. */
export function contains(words: Ascii, word: string): bool {
  return word.length > 0 && !word.includes(" ") && ` ${words} `.includes(` ${word} `);
}

function listed(words: Ascii): string {
  return `"${words.toString().split(" ").join('", "')}"`;
}
