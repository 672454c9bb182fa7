/** The names in the `$(NAME)` of a subPathExpr, in order, repeated as they are. */
export function variablesOf(expression: string): Array<string> {
  const names: Array<string> = [];
  let at = expression.indexOf("$(");
  while (at >= 0) {
    let end = at + 2;
    while (end < expression.length && isNameUnit(expression.charCodeAt(end), end == at + 2)) end++;
    const closed = end > at + 2 && end < expression.length && expression.charCodeAt(end) == 0x29;
    if (closed) names.push(expression.substring(at + 2, end));
    at = expression.indexOf("$(", closed ? end : at + 1);
  }
  return names;
}

/** Letters, `-`, `.`, `_`, and digits except in front. */
function isNameUnit(unit: i32, first: bool): bool {
  const letter = (unit | 0x20) - 0x61;
  if (letter >= 0 && letter < 26) return true;
  if (unit == 0x2d || unit == 0x2e || unit == 0x5f) return true;
  return !first && unit >= 0x30 && unit <= 0x39;
}
