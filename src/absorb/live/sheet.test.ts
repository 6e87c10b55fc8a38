import { expect, test } from "bun:test";
import { sheetOf } from "./sheet.ts";

test("a spreadsheet's rows are questions in their order, whatever stands between its columns", () => {
  const rows = [
    ["Question", "A", "B", "C", "Right", "Window"],
    ["2 + 2?", "3", "4", "", "B", "30"],
    ['Who said "no", and why?', "She", "He, twice", "Nobody", "He, twice", "2m"],
    ["Do you like it?", "Yes", "No", "", "", ""],
  ];
  for (const separator of [",", ";", "\t"]) {
    const written = rows.map((row) =>
      row
        .map((each) => (/["\s,;]/.test(each) ? `"${each.replaceAll('"', '""')}"` : each))
        .join(separator),
    );
    const { questions, mistakes } = sheetOf(`\uFEFF${written.join("\r\n")}\r\n\r\n`);
    expect(mistakes).toEqual([]);
    expect(Object.entries(questions)).toEqual([
      ["q1", { text: "2 + 2?", choices: ["3", "4"], right: "4", window: "30s" }],
      [
        "q2",
        {
          text: 'Who said "no", and why?',
          ...{ choices: ["She", "He, twice", "Nobody"], right: "He, twice", window: "2m" },
        },
      ],
      ["q3", { text: "Do you like it?", choices: ["Yes", "No"] }],
    ]);
  }
});

test("42 questions keep their names, and a text may go over lines", () => {
  const rows = Array.from({ length: 42 }, (_, n) => `"Line one\nof ${n}",a,b,A,round-${n}`);
  const { questions, mistakes } = sheetOf(`question,A,B,right,name\n${rows.join("\n")}`);
  expect(mistakes).toEqual([]);
  expect(Object.keys(questions)).toEqual(Array.from({ length: 42 }, (_, n) => `round-${n}`));
  expect(questions["round-41"]).toEqual({
    ...{ text: "Line one\nof 41", choices: ["a", "b"], right: "a" },
  });
});

test("everything that is wrong is told at once, by line", () => {
  const { mistakes } = sheetOf(
    [
      "question,A,B,right,name,window",
      "Which?,x,y,D",
      '"two',
      'lines",same,same',
      ",a,b",
      "?,a,b,,7",
      "?,a,b,,u",
      "?,a,b,,u,9y",
    ].join("\n"),
  );
  expect(mistakes).toEqual([
    "line 2: “D” is none of its choices",
    "line 3: choices: Two choices are the same",
    "line 5: text: Write what is asked",
    "line 6: name: small letters, digits and dashes, a letter first, at most 40",
    'line 8: window: Write a duration such as "250ms", "30s", "5m", "1h" or "7d"',
    "line 8: name: u is there twice",
  ]);
  for (const none of ["", "text,A,B\nx,y,z", "question,A\nx,y"])
    expect(sheetOf(none).mistakes[0]).toStartWith("The first line names the columns");
  expect(sheetOf("question,A,B\n").mistakes).toEqual([
    "There is no question below the first line.",
  ]);
  const many = Array.from({ length: 300 }, () => "?,a,b").join("\n");
  expect(sheetOf(`question,A,B\n${many}`).mistakes[0]).toContain("At most 255");
});
