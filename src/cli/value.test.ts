import { expect, test } from "bun:test";
import { printValue } from "./value.ts";

function printed(value: unknown): string {
  let text = "";
  const out = (more: string): void => void (text += more);
  printValue(value, false, { out, colour: false } as unknown as Parameters<typeof printValue>[2]);
  return text;
}

test("rows with lists of their own are told one after the other, and the others stand in a table", () => {
  const rungs = [{ step: "freeze", until: 1_000 }];
  expect(printed({ ladders: [{ service: "shop", since: 0, rungs }] })).toBe(
    `ladders
  service  shop
  since    1970-01-01T00:00:00.000Z

  rungs
  step    until
  freeze  1970-01-01T00:00:01.000Z
`,
  );
  expect(printed({ workers: [{ id: "a", load: 0.123456 }] })).toBe(
    "workers\nid  load\na   0.1235\n",
  );
});

test("small groups are words in a cell, not JSON", () => {
  expect(printed([{ id: "a", next: { to: "freeze", inMs: null } }])).toBe(
    "id  next\na   to freeze, inMs –\n",
  );
});

test("a stretch of time is told as such, and a text of several lines is read as it is", () => {
  const shown = printed({
    gaps: [{ from: 1_795_384_800_000, to: 1_795_410_000_000 }],
    text: "a\n\n- b\u001b",
  });
  expect(shown).toContain("2026-11-22T22:00:00.000Z  2026-11-23T05:00:00.000Z");
  expect(shown).toEndWith("text\na\n\n- b\\u001b\n");
  expect(printed({ moved: [{ from: 1, to: 2 }] })).toContain("1     2");
});
