import { expect, test } from "bun:test";
import { csvField, csvOf } from "./csv.ts";

test("published counts leave as lines, without what may not be shown", () => {
  const csv = csvOf({
    dimensions: ["country", "age"],
    questions: [
      {
        ...{ id: "one", text: "Which?", choices: ['"A", or so', "B"], right: 1, publishedAt: 0 },
        ...{ epsilon: 0.1, threshold: 179, totals: [200, 900], hidden: 1 },
        groups: [
          { values: ["FR", "18 to 24"], counts: [200, 900] },
          { values: ["GB", "18 to 24"], counts: [null, 300] },
        ],
      },
    ],
  });
  expect(csv.split("\r\n")).toEqual([
    "question,choice,right,country,age,count",
    'one,"""A"", or so",false,FR,18 to 24,200',
    "one,B,true,FR,18 to 24,900",
    "one,B,true,GB,18 to 24,300",
    "",
  ]);
});

test("a choice that a spreadsheet would run is text, a number stays one", () => {
  expect(csvField("=cmd()")).toBe("'=cmd()");
  expect(csvField("@SUM(A1)")).toBe("'@SUM(A1)");
  expect(csvField(-3)).toBe("-3");
});
