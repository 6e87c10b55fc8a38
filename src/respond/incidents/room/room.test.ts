import { isRefusal, type Route } from "#kernel";
import { expect, test } from "bun:test";
import { requests } from "../../../absorb/gateway/contract.ts";
import { here, pictureRefused, timelineOf } from "../contract.ts";
import { incidents } from "../index.ts";
import { night } from "../night.testing.ts";
import { pictureBytesMax, showPicture, takePicture } from "./pictures.ts";

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

async function room() {
  const of = await night();
  await of.run("declare", { title: "Nobody can pay", services: ["shop"] });
  const fx = of.castor.castor.effects(incidents, { actor: { kind: "person", id: "ann" } });
  const at = (route: Route, path: string, init?: RequestInit) =>
    route.serve(new Request(`http://localhost${path}`, init), fx, undefined, "");
  const take = (body: BodyInit, incident = "inc-1") =>
    at(takePicture, `/api/incidents.picture?incident=${incident}`, { method: "POST", body });
  return { ...of, at, take };
}

test("a picture of a note is kept beside the log by its hash, and is never served as anything else", async () => {
  const { castor, take, at } = await room();
  await using _ = castor;
  const before = castor.facts().length;
  const taken = await take(png);
  if (isRefusal(taken)) throw new Error(taken.detail);
  const { url } = (await taken.json()) as { url: string };
  const again = await take(png);
  expect(isRefusal(again) ? again : await again.json()).toMatchObject({ url });
  expect(castor.facts()).toHaveLength(before);
  const shown = await at(showPicture, url);
  if (isRefusal(shown)) throw new Error(shown.detail);
  expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
  expect(Object.fromEntries(shown.headers)).toMatchObject({
    "content-type": "image/png",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
  });
});

test("what a browser could run, what is too large and what belongs nowhere is refused", async () => {
  const { castor, take, at } = await room();
  await using _ = castor;
  const types = async (answer: ReturnType<typeof take>) => {
    const said = await answer;
    return isRefusal(said) ? said.problem.type : said.status;
  };
  const wrong = [
    "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "<html><script>1</script>",
    "GIF8",
    "",
  ];
  for (const body of wrong) expect(await types(take(body))).toBe(pictureRefused.type);
  const large = new Uint8Array(pictureBytesMax + 1);
  large.set(png);
  expect(await types(take(large))).toBe(pictureRefused.type);
  expect(await types(take(png, "inc-9"))).toBe("incidents.unknown");
  expect(await types(take(png, "../etc"))).toBe("incidents.unknown");
  expect(await types(at(showPicture, "/api/incidents.picture/none"))).toBe(
    "incidents.unknown-item",
  );
});

test("who says that they are in the room is there until they leave or are not heard of", async () => {
  const { castor } = await room();
  await using _ = castor;
  const say = (id: string, leaves = false) =>
    castor.act("incidents.arrive", { incident: "inc-1", leaves }, { kind: "person", id });
  const people = async () => (await castor.ask(here, { incident: "inc-1" })).people;
  await say("ann");
  await say("ben");
  await castor.act("incidents.arrive", { incident: "inc-1" }, { kind: "token", id: "ci" });
  expect(await people()).toEqual(["ann", "ben"]);
  await castor.advance(30_000);
  await say("ben");
  await castor.advance(20_000);
  expect(await people()).toEqual(["ben"]);
  await say("ben", true);
  expect(await people()).toEqual([]);
});

test("a graph that is pinned keeps its numbers", async () => {
  const { castor, ports } = await room();
  await using _ = castor;
  const of = { route: "*/", service: "shop" };
  ports.counters.add(requests, { ...of, class: "5xx" }, 50);
  await castor.advance(20_000);
  await castor.act("incidents.pin", { incident: "inc-1", service: "shop", minutes: 5 });
  await castor.advance(60_000);
  const { rows } = await castor.ask(timelineOf, { incident: "inc-1", beforeMs: 0 });
  const graph = rows.find(({ type }) => type === "incidents.pinned")?.graph;
  expect(graph).toMatchObject({ title: "Requests of shop", unit: "a second" });
  expect(graph?.lines.map(({ name, values }) => [name, Math.max(...values.map(Number))])).toEqual([
    ["5xx", 5],
  ]);
  const unknown = await castor.act("incidents.pin", { incident: "inc-9", service: "shop" });
  expect(isRefusal(unknown) && unknown.problem.type).toBe("incidents.unknown");
});
