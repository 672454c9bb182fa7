/** The names in the `$(NAME)` of a subPathExpr, in order, repeated as they are. */
export function variablesOf(expression: string): Array<string> {
  const names: Array<string> = [];
  let at = 0;
  for (;;) {
    at = expression.indexOf("$(", at);
    if (at < 0) return names;
    let end = at + 2;
    while (end < expression.length && isNameUnit(expression.charCodeAt(end), end == at + 2)) end++;
    if (end > at + 2 && end < expression.length && expression.charCodeAt(end) == 0x29) {
      names.push(expression.substring(at + 2, end));
      at = end;
    } else at++;
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
