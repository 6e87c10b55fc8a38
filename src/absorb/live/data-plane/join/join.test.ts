import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as pathOf } from "node:path";
import { afterAll, expect, test } from "bun:test";
import type { Run } from "../../contract/orders.ts";
import { sipKey } from "../../wire/sip-hash.ts";
import { checkToken } from "../../wire/token.ts";
import { createJoin } from "./join.ts";
import { Turns, turnsInFileMax } from "./turns.ts";

const folder = mkdtempSync(pathOf(tmpdir(), "castor-join-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const key = new Uint8Array(16).fill(7);
const run = (more: Partial<Run> = {}, participantsMax = 10): Run => ({
  ...{ run: "final", title: "The final", joining: "open", stageCellMin: 1_000, tokenMs: 60_000 },
  ...{
    isErased: false,
    nodes: 1,
    countries: "country",
    showsRight: false,
    questions: [{ state: "coming" }],
  },
  tokenKey: key.toBase64({ alphabet: "base64url", omitPadding: true }),
  shape: {
    ...{ id: "final", participantsMax },
    dimensions: [
      { id: "country", values: ["FR", "GB"] },
      { id: "age", values: ["young", "old"] },
    ],
    questions: [{ id: "one", text: "Which?", choices: ["a", "b"], windowMs: 10_000 }],
  },
  ...more,
});
const door = (of: Run, more: { node?: number; path?: string } = {}) =>
  createJoin({ run: of, node: 0, path: pathOf(folder, `given-${files++}`), ...more });
const values = { country: "GB", age: "young" };

test("who says their values gets a token of the run with their group, and nothing else is asked", () => {
  const { status, body } = door(run())({ values }, 1_000_000);
  expect(status).toBe(200);
  const fields = checkToken(sipKey(key), "token" in body ? body.token : "", 1_000);
  expect(fields).toEqual({ kind: 1, node: 0, index: 0, group: 2, expiresS: 1_060 });
});

test("values that the show does not have, a missing one, a stranger's field and a full show are refused", () => {
  const join = door(run({}, 2));
  const status = (asked: unknown): number => join(asked, 0).status;
  expect(status({ values: { country: "XX", age: "young" } })).toBe(422);
  expect(status({ values: { country: "GB" } })).toBe(422);
  expect(status({ values: { ...values, name: "Ana" } })).toBe(422);
  expect([status("no"), status({ values: 3 }), status({ values, index: 4 })]).toEqual([
    400, 400, 400,
  ]);
  expect([1, 2, 3].map(() => status({ values }))).toEqual([200, 200, 409]);
  expect(door(run({ joining: "backend" }))({ values }, 0).status).toBe(403);
});

test("a number is given to nobody twice: not by two nodes, not after a crash", () => {
  const path = pathOf(folder, "crash");
  const big = run({ nodes: 2 }, 100_000);
  const given: number[] = [];
  const take = (count: number, more: { node: number; path: string }): void => {
    const join = door(big, more);
    for (let n = 0; n < count; n++) {
      const { body } = join({ values }, 0);
      given.push("index" in body ? body.index : -1);
    }
  };
  take(250, { node: 0, path }); // Each of these ends as a crash would end it: nothing is said at the end.
  take(250, { node: 0, path });
  take(250, { node: 1, path: `${path}-1` });
  expect(new Set(given).size).toBe(750);
  expect(given.slice(0, 500).every((index) => index % 2 === 0)).toBe(true);
  expect(given.slice(500).every((index) => index % 2 === 1)).toBe(true);
});

test("a turn in line is worth one token, whoever asks how often, with other values or after a restart", () => {
  const path = pathOf(folder, "turns");
  const turn = "AAAAAAAAAAAAAAAA";
  const asked = { values: { country: "GB", age: "old" } };
  const join = door(run({}, 100), { path });
  const [first, other] = [join({ values }, 0, turn), join({ values }, 0, "BBBBBBBBBBBBBBBB")];
  expect(first.body).not.toEqual(other.body);
  expect(join(asked, 0, turn)).toEqual(first);
  appendFileSync(`${path}-by-turn`, "torn");
  const again = door(run({}, 100), { path });
  expect(again(asked, 0, turn)).toEqual(first);
  expect(again({ values: {} }, 0, turn).status).toBe(422);
  const next = again({ values }, 0, "CCCCCCCCCCCCCCCC");
  const last = door(run({}, 100), { path });
  expect(last(asked, 0, "CCCCCCCCCCCCCCCC")).toEqual(next);
  // Without a room before the door, everybody who asks is somebody else.
  expect(last({ values }, 0)).not.toEqual(last({ values }, 0));
});

test("turns are known in bounded memory and files: the latest hundred thousand, of which the older half may go", () => {
  const path = pathOf(folder, "many-turns");
  const turns = new Turns(path);
  const nameOf = (n: number): string => String(n).padStart(16, "x");
  for (let n = 0; n <= 2 * turnsInFileMax; n++) turns.keep(nameOf(n), { index: n, group: 1 });
  turns.close();
  const again = new Turns(path);
  for (const known of [turns, again]) {
    expect(known.find(nameOf(0))).toBeUndefined();
    for (const n of [turnsInFileMax, 2 * turnsInFileMax])
      expect(known.find(nameOf(n))).toEqual({ index: n, group: 1 });
  }
  expect(statSync(`${path}.before`).size).toBe(turnsInFileMax * 24);
});

test("a file that does not say what was given out stops the door rather than giving numbers twice", () => {
  const path = pathOf(folder, "damaged");
  for (const text of ["~~", "", "-1"]) {
    writeFileSync(path, text);
    expect(() => door(run(), { path })({ values }, 0)).toThrow("does not say");
  }
});
