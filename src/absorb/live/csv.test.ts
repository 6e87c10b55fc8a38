import { expect, test } from "bun:test";
import { csvField, csvOf } from "./csv.ts";

test("published counts leave as lines, without what may not be shown", () => {
  const csv = csvOf({
    dimensions: ["country", "age"],
    questions: [
      {
        ...{ id: "one", text: "Which?", choices: ['"A", or so', "B"], right: 1, publishedAt: 0 },
        ...{ epsilon: 0.1, totals: [210, 1_190], error95: 60 },
        tables: [
          {
            ...{ by: ["country"], epsilon: 0.05, error95: 60, threshold: 360, hidden: 2 },
            groups: [
              { values: ["FR"], counts: [null, 900] },
              { values: ["GB"], counts: [null, 300] },
            ],
          },
          {
            ...{ by: ["age"], epsilon: 0.05, error95: 60, threshold: 360, hidden: 1 },
            groups: [{ values: ["18 to 24,\nor \u{1f389}"], counts: [null, 1_180] }],
          },
        ],
      },
    ],
  });
  expect(csv.split("\r\n")).toEqual([
    "question,choice,right,country,age,count,error95",
    'one,"""A"", or so",false,,,210,60',
    "one,B,true,,,1190,60",
    "one,B,true,FR,,900,60",
    "one,B,true,GB,,300,60",
    'one,B,true,,"18 to 24,\nor \u{1f389}",1180,60',
    "",
  ]);
});

test("a choice that a spreadsheet would run is text, a number stays one", () => {
  expect(csvField("=cmd()")).toBe("'=cmd()");
  expect(csvField("@SUM(A1)")).toBe("'@SUM(A1)");
  expect(csvField(-3)).toBe("-3");
});
