import { memoryDisk, openMemoryLog, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { now } from "./contract.ts";
import { kinds, minuteMs, started, token, told } from "./started.testing.ts";

test("one cause is one thread, from its first alert to its end", async () => {
  const { castor, fire, iso } = await started();
  await using _ = castor;
  const end = { endsAt: iso(60 * minuteMs) };
  await fire({ alertname: "Down", service: "shop", instance: "a", severity: "critical" }, end);
  await fire({ alertname: "Down", service: "shop", instance: "b", severity: "critical" }, end);
  await castor.advance(20_000);
  expect(kinds(castor)).toEqual([]);
  await castor.advance(15_000);
  expect(kinds(castor)).toEqual(["opened new"]);
  expect(told(castor)[0]?.[1]).toMatchObject({ severity: "critical", service: "shop", firing: 2 });
  for (const instance of ["a", "b"])
    await fire(
      { alertname: "Down", service: "shop", instance, severity: "critical" },
      { endsAt: iso(-1) },
    );
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});

test("without its token nobody sends, and nobody reads", async () => {
  const { castor, ask } = await started();
  await using _ = castor;
  for (const key of ["wrong", `${token}x`]) {
    const answer = await ask("/api/v2/alerts", undefined, key);
    expect(answer.status).toBe(401);
    expect(typeof (await answer.json())).toBe("string");
  }
});

test("the valid ones of a batch are taken, and the sender hears of the others", async () => {
  const { castor, ask } = await started();
  await using _ = castor;
  const zero = "0001-01-01T00:00:00.000Z";
  const sent = [
    { labels: { alertname: "Good" }, startsAt: zero, endsAt: zero },
    { labels: { "": "c" } },
    { labels: { alertname: "" } },
  ];
  const body = JSON.stringify(sent);
  const answer = await ask("/api/v2/alerts", { method: "POST", body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toContain('invalid name ""');
  const shown = (await (await ask("/api/v2/alerts")).json()) as { labels: object }[];
  expect(shown.map(({ labels }) => labels)).toEqual([{ alertname: "Good" }]);
});

test("when the database is down, it alone pages, with what suffers", async () => {
  const shops = Array.from({ length: 200 }, (_, i) => `shop-${i}`);
  const dependsOn = Object.fromEntries(shops.map((shop) => [shop, ["database"]]));
  const { castor, fire } = await started({ dependsOn, config: { resolveTimeout: "1h" } });
  await using _ = castor;
  for (const service of [...shops, "database"]) await fire({ alertname: "Down", service });
  await castor.advance(minuteMs);
  expect(told(castor).map(([kind, { service }]) => [kind, service])).toEqual([
    ["opened", "database"],
  ]);
  expect(told(castor)[0]?.[1].impact).toHaveLength(200);
});

test("services that need each other and are all down do page", async () => {
  const dependsOn = { a: ["b"], b: ["a"] };
  const { castor, fire } = await started({ dependsOn });
  await using _ = castor;
  for (const service of ["a", "b"]) await fire({ alertname: "Down", service });
  await castor.advance(minuteMs);
  expect(told(castor)).toHaveLength(2);
});

test("silences hold back pages and no ends", async () => {
  const { castor, fire, ask } = await started({ config: { resolveTimeout: "1h" } });
  await using _ = castor;
  await castor.run("alerts.maintain", { service: "shop", for: "1h", reason: "new disks" });
  await fire({ alertname: "Down", service: "shop" });
  await castor.advance(2 * minuteMs);
  expect(kinds(castor)).toEqual([]);
  const silences = (await (await ask("/api/v2/silences")).json()) as { id: string }[];
  const id = silences[0]?.id ?? "";
  expect((await ask(`/api/v2/silence/${id}`, { method: "DELETE" })).status).toBe(200);
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new"]);
  await castor.run("alerts.silence", { match: ['alertname="Down"'], reason: "known" });
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed muted"]);
  expect(await castor.run("alerts.expire-silence", { id: "none" })).toMatchObject({
    problem: { type: "alerts.unknown-silence" },
  });
  expect(
    await castor.run("alerts.silence", { match: ['x=""'], reason: "all of it" }),
  ).toMatchObject({
    problem: { type: "alerts.silence-out-of-range" },
  });
});

test("what comes back soon is the same thread and wakes nobody anew, unless it is worse", async () => {
  const { castor, fire, iso } = await started({ config: { route: { groupBy: ["alertname"] } } });
  await using _ = castor;
  const turn = async (severity: string) => {
    await fire({ alertname: "Slow", severity }, { endsAt: iso(60 * minuteMs) });
    await castor.advance(6 * minuteMs);
    await fire({ alertname: "Slow", severity }, { endsAt: iso(-1) });
    await castor.advance(6 * minuteMs);
  };
  for (const severity of ["warning", "warning", "critical"]) await turn(severity);
  const opened = told(castor).filter(([kind]) => kind === "opened");
  expect(opened.map(([, { why, quiet }]) => [why, quiet])).toEqual([
    ["new", false],
    ["reopened", true],
    ["reopened", false],
  ]);
  expect(new Set(opened.map(([, { group }]) => group)).size).toBe(1);
});

test("a restart repeats nothing and forgets nothing", async () => {
  const ports = testPorts();
  const disk = memoryDisk();
  const log = () => openMemoryLog({ clock: ports.clock, disk });
  const first = await started({ ports: { ...ports, log: log() } });
  await first.fire({ alertname: "Down", service: "shop" }, { endsAt: first.iso(10 * minuteMs) });
  await first.castor.advance(minuteMs);
  await first.fire({ alertname: "Full", service: "shop" }, { endsAt: first.iso(10 * minuteMs) });
  expect(kinds(first.castor)).toEqual(["opened new"]);
  await first.kill();
  await ports.clock.advance(30 * minuteMs);
  const second = await started({ ports: { ...ports, log: log() } });
  await using _ = second.castor;
  await second.castor.advance(2 * minuteMs);
  expect(told(second.castor).map(([kind, { labels }]) => [kind, labels["alertname"]])).toEqual([
    ["opened", "Down"],
    ["opened", "Full"],
  ]);
  const { firing } = await second.castor.ask(now, {});
  expect(firing).toBe(2);
});

test("while the process that keeps alerts is away, who asks is told so, and senders are told to come again", async () => {
  const { castor, intake, fire } = await started();
  await using _ = castor;
  expect(await castor.ask(now, {})).toMatchObject({ firing: 0 });
  await intake.close();
  expect(await castor.ask(now, {})).toMatchObject({ problem: { type: "alerts.intake-away" } });
  const answer = await fire({ alertname: "Down" });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
});

test("the past has each beginning and each end once, also of what ended because nobody said it again", async () => {
  const { castor, fire, iso, intake } = await started();
  await using _ = castor;
  for (let minute = 0; minute < 3; minute++) {
    await fire({ alertname: "Slow" }, { endsAt: iso(4 * minuteMs) });
    await castor.advance(minuteMs);
  }
  const lapsedAt = castor.clock.now() + 3 * minuteMs;
  await castor.advance(10 * minuteMs);
  const past = intake.desk()?.past({ from: 0, to: Infinity, after: [-1, -1] }) ?? [];
  expect(past).toHaveLength(2);
  expect(Math.abs((past[1]?.alert.endsAt ?? 0) - lapsedAt)).toBeLessThan(1_000);
});

test("what makes an open group worse is told within seconds, under the name of the gravest", async () => {
  const { castor, fire, iso } = await started({ config: { route: { groupBy: ["service"] } } });
  await using _ = castor;
  const endsAt = iso(60 * minuteMs);
  await fire({ alertname: "NewError", service: "shop", severity: "info" }, { endsAt });
  await castor.advance(minuteMs);
  const annotations = { summary: "shop uses up its error budget" };
  await fire(
    { alertname: "Burning", service: "shop", severity: "critical" },
    { endsAt, annotations },
  );
  await castor.advance(7_000);
  expect(kinds(castor)).toEqual(["opened new", "changed worse"]);
  expect(told(castor).at(-1)?.[1]).toMatchObject({
    ...{ severity: "critical", quiet: false },
    title: "shop uses up its error budget and 1 more",
  });
  await fire({ alertname: "Slow", service: "shop", severity: "warning" }, { endsAt });
  await castor.advance(minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "changed worse"]);
});
