import { expect, test } from "bun:test";
import type { Fact } from "./ejection.ts";
import { Ejections } from "./ejection.ts";
import type { Instance } from "./instance.ts";
import { Service } from "./service.ts";
import { type GatewaySnapshotInput, ServiceTarget } from "./snapshot.ts";
import { Tallies } from "./tallies.ts";
import { answering, Backend, CountingTally, get, ok, until, world } from "./world.testing.ts";

const minute = 60_000;
type ServiceInput = NonNullable<GatewaySnapshotInput["services"]>[number];

function service(count: number, over: Partial<ServiceInput> = {}) {
  const target = ServiceTarget.parse({
    id: "shop",
    instances: Array.from({ length: count }, (_, i) => ({
      id: `${i + 1}`,
      host: "127.0.0.1",
      port: 1_000 + i,
    })),
    ...over,
  });
  const facts: Fact[] = [];
  let chance = 0.5;
  const made = new Service(target, new Tallies(new CountingTally()));
  const ejections = new Ejections(
    (fact) => facts.push(fact),
    () => chance,
  );
  const instance = (i: number): Instance => {
    const found = made.instances[i];
    if (found === undefined) throw new Error(`There is no instance ${i}.`);
    return found;
  };
  const errs = (i: number, times: number, now = 0): void => {
    for (let n = 0; n < times; n++) ejections.answered(made, instance(i), { status: 503, now });
  };
  return { made, facts, ejections, instance, errs, chanceIs: (value: number) => (chance = value) };
}

test("five errors in a row eject, four and a good answer do not", () => {
  const { ejections, made, instance, errs } = service(4);
  errs(0, 4);
  ejections.answered(made, instance(0), { status: 404, now: 0 });
  errs(0, 4);
  expect(instance(0).ejected).toBe("no");
  errs(0, 1);
  expect(instance(0).ejected).toBe("erring");
});

test("each time out is longer, up to a limit, and jittered by a tenth", () => {
  const { ejections, made, instance, errs, facts, chanceIs } = service(4);
  let now = 0;
  for (let n = 1; n <= 12; n++) {
    errs(0, 5, now);
    ejections.readmit(made, instance(0), now);
    now += 1_000;
  }
  const lengths = facts.flatMap((fact) => (fact.what === "ejected" ? [fact.forMs] : []));
  expect(lengths.slice(0, 3)).toEqual([30_000, 60_000, 90_000]);
  expect(lengths.at(-1)).toBe(300_000);
  chanceIs(0);
  errs(1, 5, now);
  expect(facts.at(-1)).toMatchObject({ forMs: 27_000 });
});

test("a long good time forgets the past", () => {
  const { ejections, made, instance, errs, facts } = service(4);
  errs(0, 5, 0);
  ejections.readmit(made, instance(0), minute);
  errs(0, 5, 30 * minute);
  expect(facts.at(-1)).toMatchObject({ what: "ejected", forMs: 30_000 });
});

test("bad answers take out half of the instances at most, and never the last", () => {
  const four = service(4);
  for (let i = 0; i < 4; i++) four.errs(i, 5);
  expect(four.made.instances.map(({ ejected }) => ejected)).toEqual([
    "erring",
    "erring",
    "no",
    "no",
  ]);
  const one = service(1);
  one.errs(0, 50);
  expect(one.instance(0).ejected).toBe("no");
});

test("an instance that cannot be reached is out at once, but never the last one", () => {
  const { ejections, made, instance } = service(3);
  for (let i = 0; i < 3; i++) ejections.unreachable(made, instance(i), { now: 0, why: "refused" });
  expect(made.instances.map(({ ejected }) => ejected)).toEqual([
    "unreachable",
    "unreachable",
    "no",
  ]);
});

test("the least busy instance is next, in turn among equals", () => {
  const { made, instance } = service(3);
  expect(new Set([made.pick(), made.pick(), made.pick()]).size).toBe(3);
  instance(0).inFlight = 2;
  instance(1).inFlight = 1;
  instance(2).inFlight = 3;
  for (let n = 0; n < 5; n++) expect(made.pick()).toBe(instance(1));
  expect(made.pick(instance(1))).toBe(instance(0));
});

test("when fewer than half are fit, all that can be reached take part", () => {
  const { made, instance } = service(5);
  for (const i of [0, 1]) instance(i).isHealthy = false;
  expect(new Set(Array.from({ length: 10 }, () => made.pick())).size).toBe(3);
  instance(2).ejected = "erring";
  expect(new Set(Array.from({ length: 10 }, () => made.pick())).size).toBe(5);
  instance(3).ejected = "unreachable";
  expect(new Set(Array.from({ length: 10 }, () => made.pick())).has(instance(3))).toBe(false);
});

test("an instance that comes back is readmitted by the worker itself", async () => {
  const [one, two] = [new Backend(answering(ok("one"))), new Backend(answering(ok("two")))];
  one.stop();
  using gate = world([one, two], { service: { probe: { everyMs: 50 } } });
  for (let n = 0; n < 3; n++)
    expect(await gate.ask(get("/", "Connection: close\r\n"))).toEndWith("two");
  expect(gate.facts).toMatchObject([{ what: "ejected", instance: "shop-1" }]);
  const back = new Backend(answering(ok("one")), one.port);
  await until(() => gate.facts.length === 2, "the readmission");
  expect(gate.facts[1]).toMatchObject({ what: "readmitted", service: "shop", instance: "shop-1" });
  const answers = [
    await gate.ask(get("/", "Connection: close\r\n")),
    await gate.ask(get("/", "Connection: close\r\n")),
  ];
  expect(answers.some((answer) => answer.endsWith("one"))).toBe(true);
  back.stop();
  two.stop();
});

test("a new process is asked at once whether it is well, however long the one before it was to stay out; not after the second time", () => {
  const { ejections, made, instance, errs } = service(4);
  const now = performance.now();
  errs(0, 5, now);
  expect(instance(0).probeAt).toBeGreaterThan(now + 20_000);
  const become = (running: boolean): void => {
    const instances = made.target.instances.map((each, i) =>
      i === 0 ? { ...each, running } : each,
    );
    made.update({ ...made.target, instances }, new Tallies(new CountingTally()));
  };
  become(false);
  expect(instance(0).probeAt).toBeGreaterThan(now + 20_000);
  become(true);
  expect(instance(0).probeAt).toBeLessThanOrEqual(performance.now());
  expect(instance(0).ejected).toBe("erring");
  ejections.readmit(made, instance(0), now);
  errs(0, 5, now);
  become(false);
  become(true);
  expect(instance(0).probeAt).toBeGreaterThan(now + 20_000);
});

test("a probe with a path wants a good answer, not just a listener", async () => {
  let status = "500 Not Yet";
  const sick = new Backend((wire) => {
    const isProbe = wire.text.includes("/up ");
    wire.send(
      `HTTP/1.1 ${isProbe ? status : "500 Oh"}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    wire.socket?.end();
  });
  const good = new Backend(answering(ok("fine")));
  using gate = world([sick, good], {
    service: {
      probe: { everyMs: 20, path: "/up" },
      ejection: { consecutiveErrors: 1, baseMs: 1 },
    },
  });
  await until(() => {
    void gate.ask(get("/", "Connection: close\r\n"));
    return gate.facts.length > 0;
  }, "the ejection");
  const probes = (): number => sick.wires.filter((wire) => wire.text.includes("/up ")).length;
  await until(() => probes() >= 2, "two probes in vain");
  expect(gate.facts).toHaveLength(1);
  status = "200 OK";
  await until(() => gate.facts.some(({ what }) => what === "readmitted"), "the readmission");
  sick.stop();
  good.stop();
});

test("what does not run yet gets nobody and does not make the others look unwell; it is tried only when nothing runs", () => {
  const at = (id: string, running: boolean) => ({
    ...{ id, host: "127.0.0.1", port: 1_000, healthy: running, running },
  });
  const { made } = service(0, { instances: [at("1", false), at("2", true), at("3", false)] });
  const picked = () => new Set(Array.from({ length: 6 }, () => made.pick()?.id));
  expect(picked()).toEqual(new Set(["2"]));
  const stopped = { instances: [at("1", false), at("2", false)] };
  made.update({ ...made.target, ...stopped }, new Tallies(new CountingTally()));
  expect(picked()).toEqual(new Set(["1", "2"]));
});
