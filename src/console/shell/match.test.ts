import { expect, test } from "bun:test";
import { matchScore } from "./match.ts";

const best = (search: string, ...texts: string[]): string | undefined =>
  texts
    .map((text) => ({ text, score: matchScore(search, text) }))
    .filter(({ score }) => score !== undefined)
    .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))[0]?.text;

test("letters need not touch, but must come in their order", () => {
  expect(matchScore("ctk", "Create a token")).toBeDefined();
  expect(matchScore("tokc", "Create a token")).toBeUndefined();
});

test("what begins with the search comes first", () => {
  expect(best("log", "Catalog", "Log", "Follow the log")).toBe("Log");
});

test("spaces and capitals do not matter", () => {
  expect(matchScore("Create TOK", "create a token")).toBeDefined();
});
