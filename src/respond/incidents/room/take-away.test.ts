import { type Actor, isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { search } from "../../../platform/log/contract.ts";
import { takenAway, timelineOf } from "../contract.ts";
import { incidents } from "../index.ts";
import { night } from "../night.testing.ts";
import { showPicture, takePicture } from "./pictures.ts";
import { takeAway } from "./take-away.ts";

const png = (last: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, last]);
const ann: Actor = { kind: "person", id: "ann" };
const ben: Actor = { kind: "person", id: "ben" };

async function room() {
  const of = await night();
  const { castor } = of;
  await of.run("declare", { title: "Nobody can pay" });
  const as = (actor: Actor) => castor.castor.effects(incidents, { actor });
  const upload = async (actor: Actor, last: number, incident = "inc-1"): Promise<string> => {
    const request = new Request(`http://localhost/api/incidents.picture?incident=${incident}`, {
      ...{ method: "POST", body: png(last) },
    });
    const taken = await takePicture.serve(request, as(actor), undefined, "");
    if (isRefusal(taken)) throw new Error(taken.detail);
    return ((await taken.json()) as { hash: string }).hash;
  };
  const shown = async (hash: string, headers = {}) => {
    const request = new Request(`http://localhost/api/incidents.picture/${hash}`, { headers });
    const answer = await showPicture.serve(request, as(ann), undefined, "");
    return isRefusal(answer) ? answer.problem.type : answer.status;
  };
  const note = async (actor: Actor, name: string, text: string, incident = "inc-1") => {
    await castor.run("incidents.note", { incident, note: name, text }, actor);
  };
  const take = async (actor: Actor, what: object) => {
    const done = await castor.act("incidents.take-away", { incident: "inc-1", ...what }, actor);
    await castor.advance(1_000);
    return isRefusal(done) ? done.problem.type : done;
  };
  const rows = async () => {
    const told = await castor.ask(timelineOf, { incident: "inc-1", beforeMs: 0 });
    return told.rows.filter(({ type }) => /noted|taken-away/.test(type));
  };
  return { ...of, upload, shown, note, take, rows };
}
const shows = (hash: string): string => `![x](/api/incidents.picture/${hash})`;

test("a note that was taken away is gone from log, timeline and store, and the log says who did it", async () => {
  const { castor, ports, upload, shown, note, take, rows } = await room();
  await using _ = castor;
  const [mine, theirs] = [await upload(ann, 1), await upload(ben, 2)];
  await note(ann, "note-0001", `the password is hunter2 ${shows(mine)} ${shows(theirs)}`);
  await note(ben, "note-0002", "rolled back");
  expect((await rows())[0]).toMatchObject({ noteId: "note-0001" });
  expect(await take(ann, { note: "note-0001" })).toEqual({ pictures: 1 });
  expect(await take(ann, { note: "note-0001" })).toEqual({ pictures: 0 });
  const [first, second, fact, ...more] = await rows();
  expect(first).toMatchObject({ isTakenAway: true, says: "inc-1: a note that was taken away" });
  expect(first).not.toHaveProperty("note");
  expect(second).toMatchObject({ note: "rolled back" });
  expect(fact).toMatchObject({
    type: takenAway.type,
    by: ann,
    says: "inc-1: a note was taken away",
  });
  expect(more).toEqual([]);
  expect([await shown(mine), await shown(theirs)]).toEqual(["incidents.unknown-item", 200]);
  const { events } = await castor.ask(search, search.input.parse({ limit: 500 }));
  expect(JSON.stringify([events, castor.facts()])).not.toContain("hunter2");
  expect((await ports.log.verify()).brokenAt).toBeUndefined();
});

test("the words of a note are sealed in the log from the beginning", async () => {
  const { castor, ports, note } = await room();
  await using _ = castor;
  await note(ann, "note-0001", "the password is hunter2");
  const stored = ports.log.page({ after: 0, limit: 500 });
  expect(JSON.stringify(stored)).not.toContain("hunter2");
});

test("a picture is taken away from a note whose words stay; a browser that has it is told so", async () => {
  const { castor, upload, shown, note, take, rows } = await room();
  await using _ = castor;
  const hash = await upload(ann, 1);
  await note(ann, "note-0001", `the graph ${shows(hash)}`);
  const known = { "if-none-match": `"${hash}"` };
  expect(await shown(hash, known)).toBe(304);
  expect(await take(ann, { note: "note-0001", picture: "0".repeat(64) })).toBe(
    "incidents.unknown-item",
  );
  expect(await take(ann, { note: "note-0001", picture: hash })).toEqual({ pictures: 1 });
  expect(await shown(hash, known)).toBe("incidents.unknown-item");
  const [first, fact] = await rows();
  expect(first).toMatchObject({
    note: "the graph *a picture that was taken away*",
    says: "inc-1: the graph *a picture that was taken away*",
  });
  expect(fact).toMatchObject({ says: "inc-1: a picture was taken away" });
  expect(await take(ann, { note: "note-0009" })).toBe("incidents.unknown-item");
});

test("what others wrote, and everything after the end, takes a second person", async () => {
  const { castor, run, note } = await room();
  await using _ = castor;
  await note(ann, "note-0001", "we deployed");
  const loses = (by: Actor, name = "note-0001") =>
    castor.castor.lossOf("incidents.take-away", { incident: "inc-1", note: name }, by).loses?.name;
  expect([loses(ann), loses(ben)]).toEqual([undefined, "note of inc-1"]);
  expect(loses(ben, "note-0009")).toBeUndefined();
  await run("resolve", { incident: "inc-1" });
  expect(loses(ann)).toBe("note of inc-1");
  expect(takeAway.allow).toBe("responder");
});

test("a note of an open incident takes no picture away from one that is over", async () => {
  const { castor, run, upload, shown, note, take, rows } = await room();
  await using _ = castor;
  const [evidence, both] = [await upload(ann, 1), await upload(ann, 2)];
  await note(ann, "note-0001", `${shows(evidence)} ${shows(both)}`);
  await run("resolve", { incident: "inc-1" });
  await run("declare", { title: "Nobody can search" });
  expect(await upload(ann, 2, "inc-2")).toBe(both);
  await note(ann, "note-0002", `the same ${shows(evidence)} ${shows(both)}`, "inc-2");
  const slip = { incident: "inc-2", note: "note-0002" };
  expect(await take(ann, { ...slip, picture: evidence })).toBe("incidents.unknown-item");
  expect(await take(ann, slip)).toEqual({ pictures: 1 });
  expect([await shown(evidence), await shown(both)]).toEqual([200, 200]);
  const [first, ...more] = await rows();
  expect(first).toMatchObject({ note: `${shows(evidence)} ${shows(both)}` });
  expect(more).toEqual([]);
});

test("what a crash cut off is forgotten by the fact", async () => {
  const { castor, ports, upload, shown, note } = await room();
  await using _ = castor;
  const hash = await upload(ann, 1);
  await note(ann, "note-0001", shows(hash));
  const fx = castor.castor.effects(incidents, { actor: ann });
  const fact = { incident: "inc-1", note: "note-0001", isWhole: true, pictures: [hash] };
  await fx.record("inc-1", [takenAway(fact)]);
  await castor.advance(1_000);
  expect(await shown(hash)).toBe("incidents.unknown-item");
  expect(ports.sealer.knows("incident-note:inc-1/note-0001")).toBe(false);
});
