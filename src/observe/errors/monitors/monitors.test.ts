import { isRefusal } from "#kernel";
import { expect, setDefaultTimeout, test } from "bun:test";
import { corpus, hasCorpus, inbox, recorded } from "../inbox.testing.ts";
import { monitors, unknownMonitor } from "../contract.ts";

setDefaultTimeout(30_000);
const minute = 60_000;
type World = Awaited<ReturnType<typeof inbox>>;

const often = { schedule: { type: "interval", value: 10, unit: "minute" }, checkin_margin: 5 };
let nth = 0;
const checkIn = async (world: World, status: string, more: object = {}): Promise<void> => {
  const check_in_id = (++nth).toString(16).padStart(32, "0");
  const sent = { check_in_id, monitor_slug: "nightly", status, environment: "live", ...more };
  const answer = await world.envelope(`{}\n{"type":"check_in"}\n${JSON.stringify(sent)}`);
  expect(answer.status).toBe(200);
};
const told = ({ castor }: World): unknown[] =>
  castor
    .facts()
    .filter(({ event }) => event.type.startsWith("errors.monitor-"))
    .map(({ event: { type, data } }) => [
      type.replace("errors.monitor-", ""),
      (data as { why?: string }).why ?? "",
    ]);
const shown = async ({ castor }: World) => (await castor.ask(monitors, {})).monitors[0];

test("a job that does not check in is missed after its margin, once, and is told of when it works again", async () => {
  await using world = await inbox();
  await checkIn(world, "ok", { monitor_config: often });
  await world.castor.advance(14 * minute);
  expect(told(world)).toEqual([]);
  expect(await shown(world)).toMatchObject({ state: "ok", schedule: "every 10 minutes" });
  await world.castor.advance(2 * minute);
  expect(told(world)).toEqual([["failed", "missed"]]);
  await world.castor.advance(30 * minute);
  expect(told(world)).toHaveLength(1);
  expect(await shown(world)).toMatchObject({ state: "failing", failing: { why: "missed" } });
  await checkIn(world, "ok");
  await world.castor.advance(minute);
  expect(told(world)).toEqual([
    ["failed", "missed"],
    ["recovered", ""],
  ]);
  expect((await shown(world))?.runs.map(({ status }) => status)).toEqual([
    ...["ok", "missed", "missed", "missed", "missed", "ok"],
  ]);
});

test("a job that does not end within its time has overrun, and one that says so has failed", async () => {
  await using world = await inbox();
  const check_in_id = "f".repeat(32);
  const monitor_config = { ...often, max_runtime: 10 };
  await checkIn(world, "in_progress", { check_in_id, monitor_config });
  await world.castor.advance(9 * minute);
  expect(await shown(world)).toMatchObject({ state: "running" });
  expect(told(world)).toEqual([]);
  await world.castor.advance(2 * minute);
  expect(told(world)).toEqual([["failed", "overran"]]);
  await checkIn(world, "ok", { check_in_id });
  await checkIn(world, "error");
  await world.castor.advance(minute);
  expect(told(world).slice(1)).toEqual([
    ["recovered", ""],
    ["failed", "error"],
  ]);
});

test("failures are told at the thresholds that the SDK sets", async () => {
  await using world = await inbox();
  const monitor_config = { ...often, failure_issue_threshold: 3, recovery_threshold: 2 };
  const say = async (...statuses: string[]): Promise<void> => {
    for (const status of statuses) await checkIn(world, status, { monitor_config });
    await world.castor.advance(1_000);
  };
  await say("error", "error", "ok", "error", "error");
  expect(told(world)).toEqual([]);
  await say("error", "error", "ok", "error", "ok");
  expect(told(world)).toEqual([["failed", "error"]]);
  await say("ok");
  expect(told(world)).toHaveLength(2);
});

test("check-ins that came while the inbox was away are held against nobody", async () => {
  await using world = await inbox();
  await checkIn(world, "ok", { monitor_config: often });
  await world.castor.advance(minute);
  await world.intake().close();
  await world.castor.advance(30 * minute);
  await world.restart();
  await world.castor.advance(8 * minute);
  expect(told(world)).toEqual([]);
  await world.castor.advance(10 * minute);
  expect(told(world)).toEqual([["failed", "missed"]]);
});

test("a job that is forgotten is missed no more; one that nobody knows cannot be", async () => {
  await using world = await inbox();
  await checkIn(world, "ok", { monitor_config: often });
  const nightly = { project: "shop", monitor: "nightly", environment: "live" };
  const other = await world.castor.act("errors.forget-monitor", { ...nightly, monitor: "daily" });
  expect(isRefusal(other) && other.problem.type).toBe(unknownMonitor.type);
  await world.castor.act("errors.forget-monitor", nightly);
  await world.castor.advance(30 * minute);
  expect(told(world)).toEqual([["forgotten", ""]]);
  expect(await shown(world)).toBeUndefined();
});

test("a stranger with the public key fills neither the list of jobs nor the log", async () => {
  await using world = await inbox({ config: { eventsPerMinuteMax: 1_000 } });
  for (let i = 0; i < 520; i++) await checkIn(world, "error", { monitor_slug: `job-${i}` });
  for (let i = 0; i < 20; i++)
    await checkIn(world, i % 2 === 0 ? "ok" : "error", { monitor_slug: "job-1" });
  await world.castor.advance(5_000);
  expect((await world.castor.ask(monitors, {})).monitors).toHaveLength(500);
  expect(told(world).length).toBeLessThanOrEqual(106);
});

test.skipIf(!hasCorpus)(
  "what real SDKs sent is understood: schedule, zone, margin, how it ended",
  async () => {
    await using world = await inbox();
    for (const name of corpus(/check_in(\.\d)?\.envelope$/)) await world.envelope(recorded(name));
    await world.castor.advance(1_000);
    const all = (await world.castor.ask(monitors, {})).monitors;
    expect(all.find(({ monitor }) => monitor === "payouts-nightly")).toMatchObject({
      ...{ environment: "production", schedule: "0 3 * * * (Europe/Paris)", state: "failing" },
      ...{ marginMs: 5 * minute, runtimeMsMax: 30 * minute, failing: { why: "error" } },
    });
    expect(all.map(({ monitor }) => monitor)).toContain("nightly");
  },
);
