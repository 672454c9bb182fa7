import { matches } from "../../../assembly/regex/matcher";
import { compile } from "../../../assembly/regex/program";

/** "yes", "no", or "error". */
function answer(expression: string, text: string): string {
  const program = compile(expression);
  if (program.error.length > 0) return "error";
  return matches(program, text) ? "yes" : "no";
}

function expectAnswers(expected: string, rows: Array<Array<string>>): void {
  for (let i = 0; i < rows.length; i++) {
    const label = rows[i][0] + " on " + rows[i][1] + ": ";
    expect(label + answer(rows[i][0], rows[i][1])).toBe(label + expected);
  }
}

describe("a regular expression", () => {
  it("matches anywhere", () => {
    expectAnswers("yes", [
      [".*", ""],
      ["", "x"],
      ["b", "abc"],
      ["^large-engine-v4$", "large-engine-v4"],
      ["^app.*$", "app-1"],
      ["a|b", "b"],
      ["(a|b)+c", "xabac"],
      ["a?b*c+", "c"],
      ["x{2,3}", "axx"],
      ["x{3}", "xxx"],
      ["x{2,}y", "xxxxy"],
      ["(?:ab){2}", "abab"],
      ["[a-c]-[^x]", "b-y"],
      ["[]a]", "]"],
      ["[-a]", "-"],
      ["[a-]", "-"],
      ["\\d+\\.\\w", "12.z"],
      ["\\Aab\\z", "ab"],
      ["\\bweb\\b", "my-web-1"],
      ["(?i)APP", "app"],
      ["(?i:A)b", "ab"],
      ["[[:alpha:]]+", "x"],
      ["[^[:digit:]]", "a"],
      ["[\\d-]", "-"],
      ["\\x41\\x{42}", "AB"],
      ["\\Qa.b\\E+", "a.bb"],
      ["a{,3}", "a{,3}"],
      ["{", "{"],
      ["(?P<n>a)", "a"],
      ["(?<n>a)", "a"],
      ["a*?b", "aab"],
      ["^$", ""],
      ["(a*)*b", "b"],
      ["(|a)+", "a"],
      ["\\pL\\p{Nd}", "a1"],
      ["\\.", "."],
      ["(?s).", "\n"],
      ["(?m)^b$", "a\nb\nc"],
      ["é", "café"],
      ["\\101", "A"],
      ["x{0}y", "y"],
      ["\\t", "\t"],
      ["日.", "日本"],
    ]);
    expectAnswers("no", [
      ["^b", "abc"],
      ["b$", "abc"],
      ["^app$", "app-1"],
      ["x{2}", "x"],
      ["[^a-z]", "abc"],
      ["\\D", "123"],
      ["\\Bweb", "web"],
      ["a.c", "a\nc"],
      ["APP", "app"],
      ["(?i:A)b", "aB"],
      ["\\.", "x"],
      ["\\PL", "ab"],
      ["(?-i)A", "a"],
      ["^b$", "a\nb"],
      ["\\S", " \t"],
      ["[^\\w-]", "a-b"],
    ]);
  });

  it("is refused where RE2 refuses it", () => {
    expectAnswers("error", [
      ["(", ""],
      [")", ""],
      ["a)", ""],
      ["[", ""],
      ["[a", ""],
      ["*", ""],
      ["a**", ""],
      ["a+{2}", ""],
      ["a{2}{3}", ""],
      ["a{1001}", ""],
      ["a{3,2}", ""],
      ["\\", ""],
      ["\\1", ""],
      ["\\8", ""],
      ["\\q", ""],
      ["(?=a)", ""],
      ["(?!a)", ""],
      ["(?<!a)", ""],
      ["[b-a]", ""],
      ["[[:nope:]]", ""],
      ["\\p{Nope}", ""],
      ["\\x4", ""],
      ["\\xzz", ""],
      ["(?z)", ""],
      ["(?P<>a)", ""],
      ["a|*", ""],
    ]);
  });

  it("takes bounded time, whatever it says", () => {
    const long = "a".repeat(2000);
    expect(answer("(a*)*b", long)).toBe("no");
    expect(answer("(a|a|aa)*$b", long)).toBe("no");
    expect(answer("a?".repeat(200) + "a".repeat(200), "a".repeat(200))).toBe("yes");
    expect(answer("((a{1000}){1000}){1000}", "a")).toBe("error");
    expect(answer("(((){1000}){1000}){1000}", "a")).toBe("error");
    expect(answer("(".repeat(5000), "a")).toBe("error");
    expect(answer("(".repeat(150) + ")".repeat(150), "a")).toBe("yes");
  });
});
