import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until, type Wire, world } from "../world.testing.ts";
import { backOffMs } from "./back-off.ts";
import { Patience } from "./patience.ts";
import { PatienceTarget } from "./settings.ts";

const closing = "Connection: close\r\n";
const failing = (status: string) => (wire: Wire) =>
  wire.send(`HTTP/1.1 ${status}\r\nContent-Length: 3\r\n\r\nbad`);
const retried = (gate: ReturnType<typeof world>, why: string) =>
  gate.tally.of("gateway.retries", { service: "shop", why });
const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

test("an idempotent request with a bad answer goes to another instance, and the visitor sees the good one", async () => {
  const [sick, well] = [new Backend(failing("500 Oh")), new Backend(answering(ok("fine")))];
  using gate = world([sick, well], {
    service: {
      care: { retryStatuses: [500] },
      retry: { min: 10 },
      ejection: { consecutiveErrors: 1_000 },
    },
  });
  const wire = await gate.dial();
  for (let i = 0; i < 4; i++) wire.send(get());
  await until(() => wire.text.split("fine").length === 5, "four good answers");
  expect(wire.text).not.toContain("500");
  expect(sick.requestCount).toBeGreaterThan(0);
  expect(retried(gate, "bad-answer")).toBe(sick.requestCount);
  // Its answer was whole, so its connection is used again.
  expect(sick.wires).toHaveLength(1);
  wire.hangUp();
  sick.stop();
  well.stop();
});

test("a bad answer is passed on when it may not be repeated, nobody else is there, or all are bad", async () => {
  const backends = [new Backend(failing("503 Busy")), new Backend(failing("503 Busy"))];
  const service = { care: { retryStatuses: [503] } };
  using gate = world(backends, { service });
  expect(await gate.ask(post.replace("\r\n\r\n", `\r\n${closing}\r\n`))).toContain("503 Busy");
  expect(backends.map((each) => each.requestCount).toSorted()).toEqual([0, 1]);
  expect(await gate.ask(get("/", closing))).toContain("503 Busy");
  expect(backends.map((each) => each.requestCount).toSorted()).toEqual([1, 2]);
  using alone = world(backends.slice(0, 1), { service });
  expect(await alone.ask(get("/", closing))).toContain("503 Busy");
  expect(retried(alone, "bad-answer")).toBe(0);
  for (const each of backends) each.stop();
});

/** Two instances that the gateway knows well: it has seen enough quick answers to tell what is late. */
async function knownWell(hangs: (wire: Wire, first: Backend) => boolean) {
  let isHanging = false;
  const quick = answering(ok("quick"));
  const [one, two] = [0, 1].map(
    () =>
      new Backend((wire) => {
        if (!isHanging || !hangs(wire, one)) quick(wire);
      }),
  ) as [Backend, Backend];
  const gate = world([one, two], {
    service: { care: { patience: { minMs: 100, factor: 1 } }, ejection: { consecutiveErrors: 3 } },
    route: { timeouts: { responseHeaderMs: 3_000 } },
  });
  for (let i = 0; i < 30; i++) await gate.ask(get("/", closing));
  const { patience } = [...gate.plane.routes.ofHost("a")][0]?.lane.service.care ?? {};
  await until(() => patience?.lateMs !== Number.POSITIVE_INFINITY, "the gateway to know");
  isHanging = true;
  return { gate, one, two };
}

test("a late request goes elsewhere once; when that is late too, the visitor is told within the route's time", async () => {
  const { gate, one, two } = await knownWell((wire) => wire.text.includes("/sick"));
  using _ = gate;
  const wire = await gate.dial();
  wire.send(get("/sick"));
  await wire.says("Castor-Reason: gateway.response-timeout\r\n");
  expect(retried(gate, "late")).toBe(1);
  expect([one, two].map((each) => each.text.split("/sick").length - 1)).toEqual([1, 1]);
  wire.hangUp();
  one.stop();
  two.stop();
});

test("an instance that answers nothing any more costs its visitors a moment, and no error", async () => {
  const { gate, one, two } = await knownWell((wire, first) => first.wires.includes(wire));
  using _ = gate;
  for (let i = 0; i < 12; i++) expect(await gate.ask(get("/", closing))).toEndWith("quick");
  expect(gate.facts).toMatchObject([
    { what: "ejected", instance: "shop-1", why: "does not answer in time" },
  ]);
  one.stop();
  two.stop();
});

test("what is late is learned: three times what 99 % need, at least a second, never from too little", () => {
  const patience = new Patience(PatienceTarget.parse({}));
  for (let i = 0; i < 19; i++) patience.heard(5);
  patience.look();
  expect(patience.lateMs).toBe(Number.POSITIVE_INFINITY);
  for (let i = 0; i < 1_000; i++) patience.heard(5);
  patience.look();
  expect(patience.lateMs).toBe(1_000);
  for (let i = 0; i < 100; i++) patience.heard(4_000);
  patience.look();
  expect(patience.lateMs).toBeWithin(12_000, 17_000);
});

test("a path that is slow at two instances is not tried early again for a while; few are remembered", () => {
  const patience = new Patience(PatienceTarget.parse({}));
  patience.isSlowByNature(7, 0);
  expect([patience.expectsSlow(7, 1), patience.expectsSlow(8, 1)]).toEqual([true, false]);
  expect(patience.expectsSlow(7, 600_001)).toBe(false);
  for (let path = 100; path < 400; path++) patience.isSlowByNature(path, 1);
  expect(patience.expectsSlow(7, 1)).toBe(false);
});

test("a lone instance that refuses is asked again after a moment, and is there then", async () => {
  const gone = new Backend(() => {});
  gone.stop();
  using gate = world([gone], { route: { timeouts: { connectMs: 1_000 } } });
  const wire = await gate.dial();
  wire.send(post);
  await until(() => retried(gate, "never-sent") >= 1, "the first retry");
  await wire.says("Castor-Reason: gateway.connect-failed\r\n");
  expect(retried(gate, "never-sent")).toBe(2);
  expect(gate.plane.stats().services[0]).toMatchObject({ inFlight: 0 });
  const back = new Backend(answering(ok("back")), gone.port);
  expect(await gate.ask(get("/", closing))).toEndWith("back");
  wire.hangUp();
  back.stop();
});

test("whoever leaves during the moment is not asked for", async () => {
  const gone = new Backend(() => {});
  gone.stop();
  using gate = world([gone], { service: { retry: { min: 1_000 } } });
  for (let i = 0; i < 20; i++) {
    const wire = await gate.dial();
    wire.send(get());
    await until(() => retried(gate, "never-sent") > 0, "a retry");
    wire.hangUp();
  }
  await until(() => gate.plane.stats().services[0]?.inFlight === 0, "all to be gone");
  expect(gate.plane.stats().services[0]?.instances[0]).toMatchObject({ inFlight: 0, open: 0 });
});

test("the moment grows from 25 to 250 ms, by chance", () => {
  expect([1, 2, 3, 4, 9].map((attempts) => backOffMs(attempts, 1))).toEqual([
    25, 75, 175, 250, 250,
  ]);
  expect(backOffMs(2, 0.5)).toBe(37.5);
});

test("while all are slow nothing is late: nobody is asked twice, and nobody is out", async () => {
  const { gate, one, two } = await knownWell(() => true);
  using _ = gate;
  const instances = [...gate.plane.routes.ofHost("a")][0]?.lane.service.instances ?? [];
  for (const each of instances) each.errorsInRow = 1;
  expect(await gate.ask(get("/", closing))).toContain("gateway.response-timeout");
  expect(retried(gate, "late")).toBe(0);
  expect(gate.facts).toEqual([]);
  one.stop();
  two.stop();
});
