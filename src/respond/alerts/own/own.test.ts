import { expect, test } from "bun:test";
import { type Event, type EventLike, reactionParked, reactionRetried } from "#kernel";
import * as certificates from "../../../absorb/certificates/contract.ts";
import * as freeze from "../../../absorb/freeze/contract.ts";
import * as gateway from "../../../absorb/gateway/contract.ts";
import * as live from "../../../absorb/live/contract.ts";
import * as surge from "../../../absorb/surge/contract.ts";
import * as room from "../../../absorb/waiting-room/contract.ts";
import * as errors from "../../../observe/errors/contract.ts";
import { configApplied, configRefused } from "../../../platform/settings/contract.ts";
import * as catalog from "../../../run/catalog/contract.ts";
import { gapAhead, gapClosed } from "../../on-call/contract.ts";
import {
  changeReported,
  diskFilling,
  diskRoomy,
  ruleEnded,
  ruleFired,
  uplinkBack,
  uplinkLost,
} from "../contract.ts";
import { alerts } from "../index.ts";
import * as probes from "../../../observe/probes/contract.ts";
import { noNet, testPorts } from "#kernel/testing";
import { kinds, minuteMs, started, told } from "../started.testing.ts";
import { folded, openOfSourceMax, type OwnAlerts } from "./open.ts";
import { ownFacts } from "./sources.ts";

const instance = { service: "shop", instance: "shop-1", why: "no answer" };
const worker = { worker: "w1", service: "shop" };
const cert = { name: "a.test", names: ["a.test"], issuer: "CA", expiresAt: 9e12 };
const evidence = {
  ...{ window: "5m", expected: 1, observed: 90, chance: 1e-9, at: 0, releases: [] },
} as const;
const job = { project: "shop", monitor: "nightly", environment: "production" };
const probe = { probe: "front", host: "shop.example", service: "shop" };
const issue = { issue: "shop-7" };
const rule = { rule: "slow", labels: { alertname: "slow", severity: "error" }, value: 9, since: 0 };
const node = { show: "final", at: 0, node: 1 };
const ladder = {
  ...{ service: "shop", why: "pressure", signals: [], at: 0, dryRun: false, skipped: [] },
} as const;

/** A fact of each kind that opens an alert or ends it, as its owner records it. */
const opens: Event[] = [
  catalog.instanceUnhealthy(instance),
  catalog.instanceCrashLooping({ ...instance, restarts: 5 }),
  gateway.breakerOpened({ ...worker, requests: 20, errors: 19, forMs: 5_000 }),
  { type: surge.climbed.type, data: { ...ladder, from: "normal", to: "stale" } },
  surge.rungFailed({ service: "shop", step: "freeze", why: "no snapshot", at: 0 } as never),
  {
    type: room.queueBegan.type,
    data: {
      room: "hall",
      mode: "when-full",
      active: 5,
      activeMax: 5,
      newPerMinute: 1,
      enteredLastMinute: 1,
    },
  },
  certificates.expiring({ name: "a.test", expiresAt: 9e12, leftMs: 1 }),
  gateway.certificateExpiring({ cert: "c", names: ["a.test"], expiresAt: 9e12 }),
  certificates.failed({
    name: "a.test",
    names: ["a.test"],
    why: "dns",
    attempt: 3,
    retryAt: 0,
    isRateLimited: false,
  }),
  gateway.certificateRefused({ cert: "a.test", why: "no key" }),
  configRefused({ file: "castor.yaml", mistakes: [] }),
  gateway.pictureRefused({ worker: "w1", why: "port taken" }),
  gateway.workerExited({ worker: "w1", why: "killed" }),
  freeze.snapshotFailed({ service: "shop", why: "away", tookMs: 5 }),
  reactionParked({ reaction: "x.y", position: 9, attempts: 5, error: "no" }),
  gapAhead({ team: "ops", from: 5, to: 6 } as never),
  errors.issueSpiked({ ...issue, evidence } as never),
  errors.issueRamped({ ...issue, evidence } as never),
  errors.issueRegressed({ ...issue, at: 0 }),
  {
    type: errors.issueCreated.type,
    data: { ...issue, level: "error", type: "E", value: "", project: "shop" },
  },
  errors.projectSpiked({ project: "shop", evidence } as never),
  errors.projectRamped({ project: "shop", evidence } as never),
  errors.projectSilent({ project: "shop", at: 0, expected: 9, chance: 0 }),
  changeReported({ intake: "ci", summary: "shop 2.4", service: "shop", isFailed: true, at: 0 }),
  diskFilling({ level: "low", freeBytes: 5, totalBytes: 100 }),
  uplinkLost({ targets: ["1.1.1.1:443"], why: "no route" }),
  errors.monitorFailed({ ...job, why: "missed", at: 0, inRow: 1 } as never),
  errors.releaseTroubled({ project: "shop", release: "2.0", newIssues: 4, issues: [], at: 0 }),
  probes.failed({ ...probe, why: "no answer", severity: "critical" }),
  probes.certificateEnding({ ...probe, until: 9e12, level: "urgent" }),
  ...live.troubles.map((trouble) => live.troubleBegan({ ...node, trouble, why: "" })),
  ruleFired({ ...rule, annotations: { summary: "slow" } }),
];
const closes: Event[] = [
  catalog.instanceHealthy(instance),
  catalog.instanceWithdrawn(instance),
  gateway.breakerClosed({ ...worker, openMs: 5 }),
  { type: surge.descended.type, data: { ...ladder, from: "stale", to: "normal" } },
  room.queueEnded({ room: "hall" } as never),
  certificates.issued(cert as never),
  certificates.renewed(cert as never),
  gateway.certificateLoaded({
    cert: "a.test",
    names: ["a.test"],
    expiresAt: 9e12,
    isKeyOpen: false,
  }),
  configApplied({ file: "castor.yaml", hash: "", changes: [] }),
  gateway.workerStarted({ worker: "w1" }),
  gateway.routesChanged({ version: 1, listeners: [], routes: 0, services: [] }),
  { type: freeze.snapshotTaken.type, data: { service: "shop" } },
  reactionRetried({ reaction: "x.y", position: 9, worked: true }),
  gapClosed({ team: "ops", from: 5 } as never),
  errors.issueCalmed({ ...issue, at: 0, lastedMs: 5 }),
  errors.issueResolved({ ...issue, resolution: { how: "now" }, at: 0 }),
  errors.issueIgnored(issue),
  errors.issueSnoozed({ ...issue, snooze: { events: 5 }, at: 0 }),
  errors.issueMerged({ ...issue, into: "shop-1", move: "m" }),
  errors.projectCalmed({ project: "shop", at: 0, lastedMs: 5 }),
  errors.projectHeard({ project: "shop", at: 0 }),
  changeReported({ intake: "ci", summary: "shop 2.5", service: "shop", at: 0 }),
  errors.deployed({ project: "shop", release: "2.5", environment: "production", at: 0 }),
  diskRoomy({ freeBytes: 50 }),
  uplinkBack({ lostMs: 5 }),
  errors.monitorRecovered({ ...job, at: 0, lastedMs: 5 } as never),
  errors.monitorForgotten(job as never),
  probes.passed({ ...probe, why: "200" }),
  probes.certificateRenewed({ ...probe, until: 9e12 }),
  probes.withdrawn(probe),
  ...live.troubles.map((trouble) => live.troubleEnded({ ...node, trouble })),
  live.finished({ show: "final", at: 0, eraseAt: 0, forgetAt: 0, why: "asked" }),
  ruleEnded({ ...rule, why: "over" }),
];
const fold = (events: readonly Event[], at = 1_000): OwnAlerts =>
  events.reduce<OwnAlerts>(
    (known, event, n) =>
      folded(known, {
        event,
        at: at + n,
        position: n,
        stream: "",
        version: 1,
        by: { kind: "system", id: "t" },
      }),
    {},
  );

test("every fact of the table has its example here", () => {
  const shown = new Set([...opens, ...closes].map(({ type }) => type));
  expect(ownFacts.filter(({ type }: EventLike) => !shown.has(type))).toEqual([]);
});

for (const event of opens)
  test(`${event.type} opens an alert with words, and a fact or its time ends it`, () => {
    const [own, more] = Object.values(fold([event]));
    expect(more).toBe(undefined);
    expect(own?.annotations["summary"]).toBeString();
    expect(own?.labels["alertname"]).toBeString();
    const ending = closes.filter(
      (close) => Object.values(fold([event, close]))[0]?.endedAt !== undefined,
    );
    expect(ending.length > 0 || own?.until !== undefined).toBe(true);
  });

test("each fact that ends something ends something of the table", () => {
  for (const close of closes)
    expect(
      opens.some((open) => Object.values(fold([open, close])).some((own) => own.endedAt)),
    ).toBe(true);
});

test("what is about another instance ends nothing, and a dry run opens nothing", () => {
  const [own] = Object.values(
    fold([
      catalog.instanceUnhealthy(instance),
      catalog.instanceHealthy({ ...instance, instance: "shop-2" }),
    ]),
  );
  expect(own?.endedAt).toBe(undefined);
  const dry = { type: surge.climbed.type, data: { ...ladder, dryRun: true } };
  expect(fold([dry])).toEqual({});
});

test("a flood of new errors is bounded", () => {
  const flood = Array.from({ length: openOfSourceMax + 50 }, (_, n) => ({
    type: errors.issueCreated.type,
    data: { issue: `shop-${n}`, level: "error", type: "E", value: "", project: "shop" },
  }));
  expect(Object.keys(fold(flood))).toHaveLength(openOfSourceMax);
});

test("an instance that is not healthy is an alert until it is", async () => {
  const { castor } = await started({ config: { route: { interval: "1m" } } });
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  await fx.record("test", [catalog.instanceUnhealthy(instance)]);
  await castor.advance(minuteMs);
  expect(told(castor)[0]?.[1]).toMatchObject({ service: "shop", severity: "error" });
  await fx.record("test", [catalog.instanceHealthy(instance)]);
  await castor.advance(2 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});

test("what nobody says the end of ends by its time", async () => {
  const { castor } = await started({ config: { route: { wait: "1s", interval: "1m" } } });
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  await fx.record("test", [
    surge.rungFailed({ service: "shop", step: "freeze", why: "no snapshot", at: 0 } as never),
  ]);
  await castor.advance(minuteMs);
  expect(kinds(castor)).toEqual(["opened new"]);
  await castor.advance(32 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});

test("a disk that fills is told once for each level, and its end with some room to spare", async () => {
  const ports = testPorts();
  const { castor } = await started({ ports });
  await using _ = castor;
  const happened = async (free: number): Promise<string[]> => {
    ports.stores.room = { freeBytes: free, totalBytes: 100 };
    await castor.advance(2 * minuteMs);
    const facts = castor.facts().filter(({ event }) => event.type.startsWith("alerts.disk-"));
    return facts.map(({ event: { type, data } }) =>
      type === "alerts.disk-roomy" ? "roomy" : (data as { level: string }).level,
    );
  };
  expect(await happened(40)).toEqual([]);
  expect(await happened(9)).toEqual(["low"]);
  expect(await happened(2)).toEqual(["low", "critical"]);
  expect(await happened(4)).toEqual(["low", "critical"]);
  expect(await happened(11)).toEqual(["low", "critical"]);
  expect(await happened(13)).toEqual(["low", "critical", "roomy"]);
});

test("while Castor is cut off it says so, and of what is far away nothing", async () => {
  let isCutOff = false;
  const net = {
    ...noNet,
    connect: () => (isCutOff ? Promise.reject(new Error("no route to host")) : Promise.resolve()),
  };
  const { castor } = await started({
    ports: testPorts({ net }),
    config: { own: { uplink: ["1.1.1.1:443"] }, route: { interval: "1m" } },
  });
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  await castor.advance(minuteMs);
  isCutOff = true;
  await castor.advance(minuteMs / 2);
  for (const service of ["far", "shop"])
    await fx.record("test", [
      catalog.instanceUnhealthy({ service, instance: `${service}-1`, why: "no answer" }),
    ]);
  await castor.advance(2 * minuteMs);
  const opened = (): string[] =>
    told(castor).flatMap(([kind, { title }]) => (kind === "opened" ? [title.slice(0, 24)] : []));
  expect(opened()).toEqual(["Castor itself is cut off", "shop-1 is not healthy: n"]);
  const failing = (name: string, host: string) =>
    probes.failed({
      ...probe,
      probe: name,
      host,
      service: name,
      why: "no answer",
      severity: "error",
    });
  await fx.record("test", [failing("outside", "shop.example"), failing("inside", "10.1.2.3")]);
  await castor.advance(2 * minuteMs);
  expect(opened().slice(2)).toEqual(["Probe inside fails: no a"]);
  isCutOff = false;
  await castor.advance(2 * minuteMs);
  expect(opened()).toContain("Probe outside fails: no ");
  expect(castor.types()).toContain("alerts.uplink-back");
  expect(opened()).toContain("far-1 is not healthy: no");
});

test("what follows from an open breaker wakes nobody besides", async () => {
  const { castor } = await started();
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  await fx.record("test", [
    gateway.breakerOpened({ ...worker, requests: 20, errors: 19, forMs: 5_000 }),
    errors.projectSpiked({ project: "shop", evidence } as never),
    errors.projectSpiked({ project: "blog", evidence } as never),
  ]);
  await castor.advance(minuteMs);
  const opened = told(castor).map(
    ([, { labels }]) => `${labels["alertname"]} ${labels["service"]}`,
  );
  expect(opened).toEqual(["BreakerOpen shop", "ErrorsOfServiceSpike blog"]);
});
