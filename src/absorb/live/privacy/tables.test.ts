import { randomBytes } from "node:crypto";
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Config, showOf } from "../config.ts";
import { published } from "../contract/facts.ts";
import { groupCount, placesOf } from "../contract/shape.ts";
import { resultOf } from "../results.ts";
import { tablesAhead } from "./forecast.ts";
import { drawTables, tablesOf } from "./tables.ts";

const question = { text: "Which?", choices: ["a", "b"] };
const config = (privacy: object, dimensions: object = {}) =>
  Config.safeParse({
    shows: { final: { title: "x", questions: { one: question }, dimensions, privacy } },
  });
function show(privacy: object, dimensions: object = {}) {
  const found = config(privacy, dimensions).data?.shows["final"];
  if (found === undefined) throw new Error("It is a good one.");
  return showOf("final", found);
}
const country = ["ES", "FR", "GB"];
const age = ["young", "old"];
const random = (count: number): Uint8Array => randomBytes(count);

test("whatever is split, the parts add up to the price exactly, and none is nothing", () => {
  const dimensions = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 });
  fc.assert(
    fc.property(dimensions, fc.integer({ min: 1, max: 10_000 }), (ids, price) => {
      const audience = { dimensions: ids.map((id) => ({ id, values: ["x", "y"] })) };
      const tables = tablesOf(audience, { epsilonPerQuestion: price });
      const parts = tables.map(({ epsilonThousandths }) => epsilonThousandths);
      expect(parts.reduce((sum, each) => sum + each, 0)).toBe(price);
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(1);
      expect(tables[0]?.by).toEqual([]);
    }),
  );
});

test("one person more changes one count of each table by one, and nothing else: that is why epsilon adds up", () => {
  const { shape, promises } = show(
    { splitBy: ["country", "age+country", "age"] },
    { country, age },
  );
  // Noise of the smallest scale there is: what is drawn is what was counted, but in one of e^1000 cases.
  const exact = { ...promises, delta: 0, epsilonPerQuestion: 4_000_000 };
  const drawn = (counts: Uint32Array): (number | null)[][] =>
    drawTables(shape, { counts, choices: 2 }, exact, random).map(({ cells }) => cells);
  const groups = groupCount(shape);
  const counts = Uint32Array.from({ length: groups * 2 }, (_, cell) => cell * 7);
  const before = drawn(counts);
  expect(before.map(({ length }) => length)).toEqual([2, 6, 12, 4]);
  for (let cell = 0; cell < counts.length; cell++) {
    const after = drawn(Uint32Array.from(counts, (count, at) => count + (at === cell ? 1 : 0)));
    for (const [table, cells] of after.entries()) {
      const changes = cells.map((count, at) => (count ?? 0) - (before[table]?.[at] ?? 0));
      expect(changes.filter((change) => change !== 0)).toEqual([1]);
    }
    const [at = 0, old = 0] = placesOf(shape, cell % groups);
    const choice = Math.floor(cell / groups);
    expect(after[1]?.[choice * 3 + at]).toBe((before[1]?.[choice * 3 + at] ?? 0) + 1);
    expect(after[3]?.[choice * 2 + old]).toBe((before[3]?.[choice * 2 + old] ?? 0) + 1);
  }
});

test("a crowd spread over many small groups still has a total, and what is split by few values", () => {
  const countries = Array.from({ length: 250 }, (_, n) => `c${n}`);
  const ages = Array.from({ length: 8 }, (_, n) => `a${n}`);
  const { shape, promises } = show({ epsilonPerQuestion: 0.1 }, { country: countries, age: ages });
  const counts = new Uint32Array(2_000 * 2).fill(10);
  const tables = drawTables(shape, { counts, choices: 2 }, promises, random);
  const shown = tables.map(({ cells }) => cells.filter((cell) => cell !== null).length);
  expect(shown).toEqual([2, 0, 16]);
  expect(Math.abs((tables[0]?.cells[0] ?? 0) - 20_000)).toBeLessThan(1_000);
  const ahead = tablesAhead(shape, promises, 40_000);
  expect(ahead.map(({ by, epsilon, expectedShown }) => [by, epsilon, expectedShown])).toEqual([
    [[], 0.034, 2],
    [["country"], 0.033, 0],
    [["age"], 0.033, 16],
  ]);
});

test("once groups are erased only the total is drawn, with the whole price for its noise", () => {
  const { shape, promises } = show({}, { country, age });
  const tables = drawTables(shape, { counts: [500, 700], choices: 2 }, promises, random);
  expect(tables.map(({ by, epsilonThousandths }) => [by, epsilonThousandths])).toEqual([[[], 100]]);
});

test("what an older Castor published is read as it was: one table over all groups, and its sum", () => {
  const { shape } = show({}, { country, age });
  const old = { show: "final", question: "one", at: 5, threshold: 179 };
  const cells = [200, ...Array.from({ length: 10 }, () => null), 300];
  const { tables } = published.schema.parse(published.upcast?.[0]?.({ ...old, cells }));
  const result = resultOf(shape, "one", { tables, at: 5, price: 100 });
  expect(result?.totals).toEqual([200, 300]);
  expect(result?.tables[0]).toMatchObject({ by: ["country", "age"], hidden: 10, error95: 30 });
  expect(result?.tables[0]?.groups.map(({ values }) => values)).toEqual([
    ["ES", "young"],
    ["GB", "old"],
  ]);
});

test("a split that is none, one that is there twice, and a price too small for all are refused where they stand", () => {
  const refused = (privacy: object): string[] =>
    (config(privacy, { country, age }).error?.issues ?? []).map(
      ({ path, message }) => `${path.slice(2).join(".")}: ${message}`,
    );
  expect(refused({ splitBy: ["town"] })).toEqual([
    'privacy.splitBy.0: There is no dimension "town"',
  ]);
  expect(refused({ splitBy: ["country+age", "age+country"] })[0]).toContain("there twice");
  expect(refused({ splitBy: ["age+age"] })[0]).toContain("there twice");
  expect(refused({ epsilonPerQuestion: 0.002 })[0]).toContain("need 0.003 at least");
  expect(refused({ splitBy: [], epsilonPerQuestion: 0.001 })).toEqual([]);
});
