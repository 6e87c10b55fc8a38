import { expect, test } from "bun:test";
import { paperTerminal } from "./testing.ts";
import { printValue } from "./value.ts";

/** What a pipe gets; with columns, what somebody sees on a terminal. */
function printed(value: unknown, columns?: number): string {
  const paper = paperTerminal(columns === undefined ? {} : { isInteractive: true, columns });
  printValue(value, false, paper);
  return paper.printed;
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
    "workers\nid    load\na   0.1235\n",
  );
});

test("small groups are words in a cell, larger ones fields of their own, and nothing is JSON", () => {
  expect(printed([{ id: "a", next: { to: "freeze", inMs: null } }])).toBe(
    "id  next\na   to=freeze  inMs=–\n",
  );
  const show = { title: "Quiz", rules: { a: 1, b: true, c: [], d: {}, e: { f: "g" } } };
  expect(printed({ show })).toBe(
    "show\n  title  Quiz\n\n  rules\n    a  1\n    b  yes\n    c  none\n    d  –\n    e  f=g\n",
  );
  expect(printed([{ by: { kind: "person", id: "0a", name: "Ana" } }])).toBe("by\nAna\n");
});

test("a stretch of time is told as such, and a text of several lines is read as it is", () => {
  const shown = printed({
    gaps: [{ from: 1_795_384_800_000, to: 1_795_410_000_000 }],
    text: "a\n\n- b\u001b",
  });
  expect(shown).toContain("2026-11-22T22:00:00.000Z  2026-11-23T05:00:00.000Z");
  expect(shown).toEndWith("text\na\n\n- b\\u001b\n");
  expect(printed({ moved: [{ from: 1, to: 2 }] })).toContain("   1   2");
});

test("a terminal shows times as seen from now, sizes, spans and a row of bars; a pipe gets the figures", () => {
  const at = Date.now() - 125_000;
  const memory = { at, usedBytes: 85_614_592, everyMs: 90_000 };
  expect(printed(memory, 80)).toBe("at         2m ago\nusedBytes  85.6 MB\neveryMs    1.5m\n");
  expect(printed(memory)).toBe(
    `at         ${new Date(at).toISOString()}\nusedBytes  85614592\neveryMs    90000\n`,
  );
  const perSecond = [0, 1, 2, 3, 4, 5, 6, 7, null];
  expect(printed({ perSecond }, 80)).toBe("perSecond  ▁▂▃▄▅▆▇█▁ to 7\n");
  expect(printed({ perSecond })).toBe("perSecond  0, 1, 2, 3, 4, 5, 6, 7, –\n");
  expect(printed({ strip: ["ok", "ok", "bad"] }, 80)).toBe("strip  ok ×2, bad\n");
});

const facts = Array.from({ length: 4 }, (_, at) => ({
  position: at + 1,
  says: `Something happened, and it takes very many words to say what it was, number ${at}`,
  note: null,
  hash: "0123456789abcdef0123456789abcdef",
}));

test("a table takes no more columns than the terminal has: long words are cut, and what has no room is named", () => {
  for (const columns of [40, 60, 80, 120]) {
    const lines = printed(facts, columns).trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines[1]).toStartWith("       1  Something happened");
  }
  expect(printed(facts, 40)).toContain("Not shown, since it is too wide: hash.");
  const whole = printed(facts);
  for (const { says, hash } of facts) expect(whole).toContain(`${says}  –     ${hash}`);
});

test("a few rows that are too wide are told one after the other, with all that they have", () => {
  const shown = printed(facts.slice(0, 1), 40);
  expect(shown).toContain(
    "  position  1\n  says      Something happened, and it\n            takes",
  );
  expect(shown).toContain("hash      0123456789abcdef0123456789abcdef");
});

test("no name of a field steers the terminal", () => {
  expect(printed({ "\u001b[2J": { "\u001b[1m": 1 } })).toBe("\\u001b[2J  \\u001b[1m=1\n");
  expect(printed([{ "\u001b[2J": 1 }])).toBe("\\u001b[2J\n        1\n");
});
