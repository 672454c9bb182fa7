import { Ascii, decode, Elements, Members, member, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { LabelDomain } from "./label-domain";

/** The label that every Namespace carries. */
const NAMESPACE_NAME: Ascii = "kubernetes.io/metadata.name";

/**
 * The requirements of several selectors together.
 *
 * Each requirement speaks of one key, so the keys can be decided one by one: there are labels that every selector
 * selects if and only if each key has a state that satisfies all requirements on it. Cost: linear in the terms times
 * the number of keys.
 */
export class Intersection {
  private readonly domains: Array<LabelDomain> = [];

  /** Adds the requirements of a valid selector; an absent one requires nothing. */
  add(selector: usize): Intersection {
    const labels = new Members(member(selector, "matchLabels"));
    while (labels.next()) this.domain(decode(labels.key)).requireOneOf([decode(labels.value)]);
    const expressions = new Elements(member(selector, "matchExpressions"));
    while (expressions.next()) this.addExpression(expressions.value);
    return this;
  }

  /** Adds what is true of every Namespace. */
  addNamespaceFacts(): Intersection {
    this.domain(NAMESPACE_NAME.toString()).requirePresence();
    return this;
  }

  /** Labels that all selectors select, `key=value` joined by commas; null when there are none. */
  witness(): string | null {
    const labels = new Array<string>();
    for (let i = 0; i < this.domains.length; i++) {
      const domain = this.domains[i];
      if (domain.admitsAbsence) continue;
      const value = domain.value();
      if (value === null) return null;
      labels.push(domain.key + "=" + value);
    }
    return labels.join(",");
  }

  private addExpression(expression: usize): void {
    const domain = this.domain(decode(member(expression, "key")));
    const operator = member(expression, "operator");
    if (textEquals(operator, "Exists")) domain.requirePresence();
    else if (textEquals(operator, "DoesNotExist")) domain.requireAbsence();
    else if (textEquals(operator, "In")) domain.requireOneOf(texts(member(expression, "values")));
    else if (textEquals(operator, "NotIn")) domain.exclude(texts(member(expression, "values")));
  }

  private domain(key: string): LabelDomain {
    for (let i = 0; i < this.domains.length; i++) if (this.domains[i].key == key) return this.domains[i];
    const domain = new LabelDomain(key);
    this.domains.push(domain);
    return domain;
  }
}

function texts(list: usize): Array<string> {
  const found = new Array<string>();
  const elements = new Elements(list);
  while (elements.next()) found.push(decode(elements.value));
  return found;
}
