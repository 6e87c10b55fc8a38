import { expect, test } from "bun:test";
import { expressionOf } from "./expression.ts";

const hits = (expression: string, text: string): boolean => expressionOf(expression).test(text);
const textMax = `${"a".repeat(8_000)}!`;

for (const [expression, hit, miss] of [
  ["a|b", "b", "ab"],
  ["prod-.*", "prod-\n1", "a prod-1"],
  ["[a-c]+x", "abx", "dx"],
  ["\\.x\\d", ".x1", "ax1"],
  ["(eu|us)-.*-db", "eu-1-db", "as-1-db"],
  ["(?i)shop", "SHOP", "shops"],
  ["[[:alpha:]]+\\z", "abc", "1"],
  [".", "🦫", "ab"],
] as const)
  test(`${expression} means what it means in Prometheus`, () => {
    expect(hits(expression, hit)).toBe(true);
    expect(hits(expression, miss)).toBe(false);
  });

for (const hostile of [
  ...["(a+)+", "(a|a)*", "(a|aa)+", "(.*a){20}", "([a-z]+)*\\d", "(a*)*b", ".*.*.*.*.*.*x"],
  ...["a*|".repeat(600), "(a?){40}a{40}", "((a*)*)*"],
])
  test(`${hostile.slice(0, 20)} holds nobody up`, () => {
    // Backtracking would take longer than the test may.
    expect(hits(hostile, textMax)).toBe(false);
  }, 5_000);

for (const refused of [
  ...["x{1001}", "((a{100}){100}){100}", ".{0,1000}".repeat(100), "(ab){900}(cd){900}"],
  ...["(".repeat(3_000), "(?=a)a", "(a)\\1", "a**", "[b-a]", "*"],
])
  test(`${refused.slice(0, 20)} is refused`, () => {
    expect(() => expressionOf(refused)).toThrow();
  }, 5_000);
