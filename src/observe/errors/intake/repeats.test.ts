import { expect, test } from "bun:test";
import { corpus, eventIn, hasCorpus, inbox, withEvent } from "../inbox.testing.ts";
import { issues, occurrence } from "../contract.ts";
import { makeRoom } from "./evict.ts";
import { Keeping } from "./keep.ts";
import { type Ready, work } from "./ready.ts";

const scrub = { keys: [], keepKeys: [], patterns: [], variables: "keep", addresses: "drop" };
const worked = (text: string, of: Partial<typeof scrub> = {}): Ready => {
  const ready = work({
    payload: new Uint8Array(Buffer.from(text)),
    ...{ received: 1_795_000_000_000, sentAt: undefined, ids: ["f".repeat(32)], address: "" },
    scrub: { ...scrub, ...of } as never,
    mapping: { project: 1, generation: 0 },
  });
  if (!ready || "asks" in ready) throw new Error("The event was not worked on.");
  return ready;
};
const unpacked = (body: Uint8Array): unknown => JSON.parse(Bun.zstdDecompressSync(body).toString());
/** What an event is found, grouped and counted by. */
const meaning = ({ scrubbed, ...of }: Ready): unknown => ({
  ...{ ...of, body: "", parts: "" },
  scrubbed: scrubbed.map(({ path, why }) => `${path} ${why}`).toSorted(),
});
const frames = (secret = "hunter2"): object => ({
  frames: Array.from({ length: 12 }, (_, at) => ({
    filename: `/srv/shop/step-${at}.js`,
    function: `step${at}`,
    lineno: at,
    context_line: `  return step${at + 1}(order, "ünï");`,
    vars: { password: secret, order: at },
  })),
});
const modules = Object.fromEntries(
  Array.from({ length: 60 }, (_, at) => [`package-${at}`, `1.0.${at}`]),
);
const event = (n: number, of: object = {}): string =>
  JSON.stringify({
    event_id: n.toString(16).padStart(32, "0"),
    platform: "node",
    exception: { values: [{ type: "Error", value: `order ${n}`, stacktrace: frames() }] },
    modules,
    ...of,
  });

test("an event whose stack came before means the same, and carries the stack apart", () => {
  const first = worked(event(1));
  let last = first;
  for (let n = 2; n < 12; n++) last = worked(event(n));
  expect(first.parts).toEqual([]);
  expect(last.parts.map(({ spot }) => spot)).toEqual(["e0", "m"]);
  const whole = worked(event(11, { modules: undefined, extra: { modules } }));
  expect(last.grouping).toEqual(whole.grouping);
  expect(last.scrubbed).toHaveLength(12);
  expect(last.scrubbed[0]).toEqual({
    path: "exception.values.0.stacktrace.frames.0.vars.password",
    why: "secret",
  });
  const [stack] = last.parts;
  expect(JSON.stringify(unpacked(stack?.packed ?? new Uint8Array()))).not.toContain("hunter2");
  expect(unpacked(last.body)).not.toHaveProperty("modules");
  const two = {
    values: [
      { type: "A", value: "a", stacktrace: frames() },
      { type: "B", value: "b", stacktrace: frames() },
    ],
  };
  expect(worked(event(20, { exception: two })).parts.map(({ spot }) => spot)).toEqual([
    "e0",
    "e1",
    "m",
  ]);
});

test("what only looks like a stack that came before is no part of it", () => {
  for (let n = 30; n < 40; n++) worked(event(n));
  const stack = JSON.stringify(frames());
  const odd = [
    event(41, { extra: { stacktrace: frames() } }),
    event(42, { message: `"stacktrace":${stack}` }),
    event(43, { exception: { values: [{ type: "E", value: "v", stacktrace: "0" }] } }),
    `{"exception":{"values":[{"type":"E","stacktrace":${stack},"stacktrace":${stack}}]}}`,
    `{"a\\"stacktrace":${stack},"exception":{"values":[{"type":"E","stacktrace":"0"}]}}`,
    `{"stacktrace":${stack},"threads":{"values":[{"stacktrace":"0"},{"stacktrace":"1"}]}}`,
  ];
  for (const text of odd) {
    const ready = worked(text);
    const sent = JSON.stringify(unpacked(ready.body));
    // Whoever says "0" has said so, and nobody else's stack stands there.
    for (const part of ready.parts) expect(["e0", "s", "m"]).toContain(part.spot);
    expect(sent).not.toContain("hunter2");
  }
  for (const broken of [
    `{"modules":${stack}5}`,
    `{"stacktrace":${stack}`,
    `{"stacktrace":${stack},}`,
  ])
    expect(() => worked(broken)).toThrow("not worked on");
  expect(worked(event(45), { variables: "drop" }).scrubbed[0]?.why).toBe("local variable");
});

test.skipIf(!hasCorpus)(
  "all that was recorded means the same when it comes again and again",
  () => {
    for (const file of corpus(withEvent)) {
      const text = JSON.stringify(eventIn(file));
      const first = meaning(worked(text));
      for (let round = 0; round < 5; round++)
        expect([file, meaning(worked(text))]).toEqual([file, first]);
    }
  },
);

test("a stack of many events is kept once, is shown with each, and goes with the last of them", async () => {
  await using world = await inbox();
  for (let n = 100; n < 112; n++)
    expect((await world.store(JSON.parse(event(n)))).status).toBe(200);
  const { store } = world.intake();
  const parts = () => store.tables.all<{ events: number }>("SELECT events FROM parts ORDER BY id");
  const [stacks] = parts();
  expect(parts()).toHaveLength(2);
  expect(stacks?.events).toBeGreaterThan(5);
  const { issues: found } = await world.castor.ask(issues, issues.input.parse({}));
  for (const which of ["first", "last"]) {
    const one = await world.castor.ask(occurrence, { issue: found[0]?.id ?? "", event: which });
    expect(one.exceptions[0]?.frames).toHaveLength(12);
    expect(one.exceptions[0]?.frames[0]?.variables).toContainEqual([
      "password",
      "[scrubbed: secret]",
    ]);
    expect(one.scrubbed).toHaveLength(12);
  }
  const now = world.ports.clock.now() + 1;
  await makeRoom(store, { bytesMax: Infinity, before: now, now, keeping: new Keeping() });
  // The first and the last stay as long as their issue does.
  expect(store.tables.all("SELECT id FROM events")).toHaveLength(2);
  expect(parts().every(({ events }) => events <= 2)).toBe(true);
});
