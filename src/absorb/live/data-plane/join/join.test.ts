import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as pathOf } from "node:path";
import { afterAll, expect, test } from "bun:test";
import type { Run } from "../../contract/orders.ts";
import { sipKey } from "../../wire/sip-hash.ts";
import { checkToken } from "../../wire/token.ts";
import { createJoin, type JoinAnswer, type JoinOptions } from "./join.ts";
import { Places } from "./places.ts";
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
type More = {
  node?: number;
  path?: string;
  isLost?: boolean;
  elsewhere?: JoinOptions["elsewhere"];
};
function door(of: Run, more: More = {}) {
  const { node = 0, path = pathOf(folder, `given-${files++}`), isLost = false } = more;
  const { nodes, shape } = of;
  const { participantsMax } = shape;
  const places = new Places({ node, nodes, path, participantsMax, isLost: () => isLost });
  const { elsewhere = () => Promise.reject(new Error("away")) } = more;
  return createJoin({ run: of, node, places, elsewhere });
}
const values = { country: "GB", age: "young" };

test("who says their values gets a token of the run with their group, and nothing else is asked", async () => {
  const { status, body } = await door(run())({ values }, 1_000_000);
  expect(status).toBe(200);
  const fields = checkToken(sipKey(key), "token" in body ? body.token : "", 1_000);
  expect(fields).toEqual({ kind: 1, node: 0, index: 0, group: 2, expiresS: 1_060 });
});

test("values that the show does not have, a missing one, a stranger's field and a full show are refused", async () => {
  const join = door(run({}, 2));
  const status = async (asked: unknown): Promise<number> => (await join(asked, 0)).status;
  expect(await status({ values: { country: "XX", age: "young" } })).toBe(422);
  expect(await status({ values: { country: "GB" } })).toBe(422);
  expect(await status({ values: { ...values, name: "Ana" } })).toBe(422);
  for (const wrong of ["no", { values: 3 }, { values, index: 4 }])
    expect(await status(wrong)).toBe(400);
  expect([await status({ values }), await status({ values })]).toEqual([200, 200]);
  expect(await status({ values })).toBe(409);
  expect((await door(run({ joining: "backend" }))({ values }, 0)).status).toBe(403);
});

test("a number is given to nobody twice: not by two nodes, not after a crash", async () => {
  const path = pathOf(folder, "crash");
  const big = run({ nodes: 2 }, 100_000);
  const given: number[] = [];
  const take = async (count: number, more: { node: number; path: string }): Promise<void> => {
    const join = door(big, more);
    for (let n = 0; n < count; n++) {
      const { body } = await join({ values }, 0);
      given.push("index" in body ? body.index : -1);
    }
  };
  await take(250, { node: 0, path }); // Each of these ends as a crash would end it: nothing is said at the end.
  await take(250, { node: 0, path });
  await take(250, { node: 1, path: `${path}-1` });
  expect(new Set(given).size).toBe(750);
  expect(given.slice(0, 500).every((index) => index % 2 === 0)).toBe(true);
  expect(given.slice(500).every((index) => index % 2 === 1)).toBe(true);
});

test("a turn in line is worth one token, whoever asks how often, with other values or after a restart", async () => {
  const path = pathOf(folder, "turns");
  const turn = "AAAAAAAAAAAAAAAA";
  const asked = { values: { country: "GB", age: "old" } };
  const join = door(run({}, 100), { path });
  const first = await join({ values }, 0, turn);
  const other = await join({ values }, 0, "BBBBBBBBBBBBBBBB");
  expect(first.body).not.toEqual(other.body);
  expect(await join(asked, 0, turn)).toEqual(first);
  appendFileSync(`${path}-by-turn`, "torn");
  const again = door(run({}, 100), { path });
  expect(await again(asked, 0, turn)).toEqual(first);
  expect((await again({ values: {} }, 0, turn)).status).toBe(422);
  const next = await again({ values }, 0, "CCCCCCCCCCCCCCCC");
  const last = door(run({}, 100), { path });
  expect(await last(asked, 0, "CCCCCCCCCCCCCCCC")).toEqual(next);
  // Without a room before the door, everybody who asks is somebody else.
  expect(await last({ values }, 0)).not.toEqual(await last({ values }, 0));
});

/** The doors of two nodes of one run, each of which reaches the other's numbers. */
function twoDoors(more: { isLost?: boolean; isAway?: boolean } = {}) {
  const of = run({ nodes: 2 }, 10_000);
  const places = [0, 1].map((node) => {
    const path = pathOf(folder, `given-${files++}`);
    const isLost = (): boolean => node === 1 && more.isLost === true;
    return new Places({ node, nodes: 2, participantsMax: 10_000, path, isLost });
  });
  return places.map((own, node) =>
    createJoin({
      ...{ run: of, node, places: own },
      elsewhere: async (to, joining) => {
        if (more.isAway) throw new Error("away");
        return places[to]?.give(joining) ?? null;
      },
    }),
  );
}
const indexOf = ({ body }: JoinAnswer): number => ("index" in body ? body.index : -1);

test("who comes by one door is counted by all nodes, each its part", async () => {
  const [door] = twoDoors();
  const given = new Set<number>();
  for (let n = 0; n < 100; n++) given.add(indexOf((await door?.({ values }, 0)) as JoinAnswer));
  expect([...given].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test("one turn is worth one token, though it is shown at the doors of two nodes", async () => {
  const doors = twoDoors();
  for (const turn of ["AAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBB", "CCCCCCCCCCCCCCCC"]) {
    const all = await Promise.all(
      doors.map(async (door) => indexOf(await door({ values }, 0, turn))),
    );
    expect(all[0]).toBeGreaterThanOrEqual(0);
    expect(new Set(all).size).toBe(1);
  }
});

test("a node that is away or lost its numbers keeps nobody out who stands in no line", async () => {
  for (const more of [{ isAway: true }, { isLost: true }]) {
    const [door] = twoDoors(more);
    for (let n = 0; n < 10; n++)
      expect(indexOf((await door?.({ values }, 0)) as JoinAnswer)).toBe(2 * n);
  }
  const lost = await door(run(), { isLost: true })({ values }, 0);
  expect(lost).toEqual({
    status: 409,
    body: { error: "Nobody can join here any more: this node lost its disk." },
  });
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

test("a file that does not say what was given out stops the door rather than giving numbers twice", async () => {
  const path = pathOf(folder, "damaged");
  for (const text of ["~~", "", "-1"]) {
    writeFileSync(path, text);
    await expect(door(run(), { path })({ values }, 0)).rejects.toThrow("does not say");
  }
});
