import { expect, test } from "bun:test";
import type { QuestionResult } from "../../contract/queries.ts";
import { resultsPage } from "./page.ts";

const split = { epsilon: 0.03, error95: 100, threshold: 560 };
const result: QuestionResult = {
  ...{ id: "one", text: "<b>Which?</b>", choices: ["this & that", '"neither"'], right: 1 },
  ...{ publishedAt: 0, epsilon: 0.1, totals: [1_000, 3_000], error95: 74 },
  tables: [
    {
      ...{ ...split, by: ["country"], hidden: 3 },
      groups: [
        { values: ["FR"], counts: [600, 2_000] },
        { values: ["GB"], counts: [400, 996] },
        { values: ["ES"], counts: [null, -4] },
      ],
    },
    { ...split, by: ["age"], hidden: 0, groups: [{ values: ["old"], counts: [1_000, 3_000] }] },
    { ...split, by: ["country", "age"], hidden: 8, groups: [] },
  ],
};
const told = {
  ...{ title: "The <final>", countries: "country" },
  ...{ questions: [result], asked: 2 },
};
/** What a reader sees. */
const read = (html: string): string => html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");

test("published results read as shares by choice and by group, with what they do not tell", () => {
  const page = read(resultsPage(told));
  expect(page).toContain("1 of 2 questions so far");
  expect(page).toContain("25 % 1,000");
  expect(page).toContain("✓ right 75 % 3,000");
  expect(page).toContain("France 77 % right of 2,600");
  expect(page).toContain("United Kingdom 71 % right of 1,396");
  expect(page).toContain("old 75 % right of 4,000");
  expect(page).toContain("by 74 at most in 95 of 100 cases");
  expect(page).toContain("Each count is off by 100 at most. 3 of 8 were below 560");
  expect(page).toContain("country and age Every count was below 560");
});

test("what an organiser wrote is text, never markup; what is nothing is no bar", () => {
  const page = resultsPage(told);
  expect(page).toContain("&#60;b&#62;Which?&#60;/b&#62;");
  expect(page).toContain("The &#60;final&#62;");
  expect(page).not.toContain("<b>Which?");
  expect(page).not.toContain('width="-');
  expect(page).not.toContain("<script");
  expect(page).not.toContain("style=");
});

test("a question with too few answers says that, and no number", () => {
  const few = { ...result, totals: [], tables: [] };
  const page = read(resultsPage({ ...told, questions: [few] }));
  expect(page).toContain("Too few people answered");
  expect(page).not.toContain("0 %");
  // Noise that happens to be positive is no result either.
  const noise = { ...result, totals: [0, 140] };
  expect(read(resultsPage({ ...told, questions: [noise] }))).toContain("Too few people answered");
});

test("without anything published the page says so, and offers no files", () => {
  const page = resultsPage({ ...told, questions: [] });
  expect(page).toContain("Nothing is published yet");
  expect(page).not.toContain("results.csv");
});
