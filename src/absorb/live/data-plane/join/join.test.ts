import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as pathOf } from "node:path";
import { afterAll, expect, test } from "bun:test";
import type { Run } from "../../contract/orders.ts";
import { sipKey } from "../../wire/sip-hash.ts";
import { checkToken } from "../../wire/token.ts";
import { createJoin } from "./join.ts";

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

test("a file that does not say what was given out stops the door rather than giving numbers twice", () => {
  const path = pathOf(folder, "damaged");
  for (const text of ["~~", "", "-1"]) {
    writeFileSync(path, text);
    expect(() => door(run(), { path })({ values }, 0)).toThrow("does not say");
  }
});
