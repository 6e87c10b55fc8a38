import { action, answer, capability } from "#kernel";
import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { settings } from "../../platform/settings/index.ts";
import { now as alertsNow, whatChanged } from "../alerts/contract.ts";
import { onCall } from "../on-call/index.ts";
import { landed, now as pagingNow, people } from "../paging/contract.ts";
import { brief, unknownTeam } from "./contract.ts";
import { handoff } from "./index.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const about = {
  ...{ title: "Checkout is slow", severity: "error" as const, service: "shop", labels: {} },
  ...{ annotations: {}, firing: 1, impact: [] },
};

/** What the others know, as the test has it. */
function others(of: { alertsAway?: boolean }) {
  const ordered: Record<string, unknown>[] = [];
  const alerts = capability({
    ...{ id: "alerts", about: "Alerts, as a test tells them.", config: z.object({}) },
    answers: [
      answer(alertsNow, (read) => {
        if (of.alertsAway) throw new Error("away");
        const at = read.now;
        const group = {
          ...{ receiver: "default", isOpen: true, service: null, firing: 1, muted: 0 },
          ...{ labels: {}, suffering: 0 },
        };
        const silence = {
          matchers: [],
          createdBy: "ann",
          comment: "known noise",
          startsAt: at - 1,
        };
        return {
          ...{ firing: 1, muted: 0, loud: 1, quiet: 0, held: [] },
          groups: [
            {
              ...group,
              key: "k",
              group: "g",
              severity: "warning" as const,
              title: "Disk fills",
              since: at - dayMs,
              alerts: [],
            },
          ],
          silences: [{ ...silence, id: "s", endsAt: at + hourMs, updatedAt: at }],
        };
      }),
      answer(whatChanged, (read) => ({ at: read.now, changes: [], anomalies: [] })),
    ],
  });
  const paging = capability({
    ...{ id: "paging", about: "Pages, as a test tells them.", config: z.object({}) },
    answers: [
      answer(pagingNow, (read) => ({
        ...{ isOn: true, open: 1 },
        pages: [
          {
            ...{
              page: "p-1",
              phase: "acknowledged" as const,
              receiver: "default",
              urgency: "high" as const,
              call: 1,
            },
            ...{ about: { ...about, since: read.now - hourMs }, triggeredAt: read.now - hourMs },
            ...{
              round: 0,
              step: 0,
              nextAt: null,
              acknowledgedBy: "ann",
              before: null,
              assigned: null,
            },
            ...{ resolvedAt: null, called: ["ann"] },
          },
        ],
      })),
      answer(landed, (read) => ({
        pages: [
          {
            ...{ page: "p-0", title: "Queue grows", severity: "critical" as const, service: null },
            ...{ at: read.now - 2 * hourMs, acknowledgedAt: read.now - 2 * hourMs + 90_000 },
            ...{ acknowledgedBy: "ann", resolvedAt: read.now - hourMs, called: ["ann"] },
          },
        ],
      })),
      answer(people, () => ({
        people: ["ann", "ben"].map((person) => ({
          ...{ person, zone: "UTC", wakes: 480, sleeps: 1_320, channels: [] },
          ...{ account: `${person}@example.org`, isChosen: false },
        })),
        offers: { kinds: [], providers: [] },
      })),
    ],
  });
  const push = capability({
    ...{ id: "push", about: "Devices, as a test has them.", config: z.object({}) },
    actions: [
      action("push.send", {
        ...{ about: "Takes it.", input: z.record(z.string(), z.unknown()), output: z.object({}) },
        act: (input) => Promise.resolve(ordered.push(input) > 0 ? {} : {}),
      }),
    ],
  });
  return { ordered, slices: [settings, push, alerts, onCall, paging, handoff] };
}

async function started(of: { alertsAway?: boolean } = {}) {
  const { ordered, slices } = others(of);
  const ports = testPorts();
  const today = new Date(ports.clock.now() - (ports.clock.now() % dayMs))
    .toISOString()
    .slice(0, 10);
  const layers = [{ members: ["ann", "ben"], start: `${today} 00:00`, every: "1d" }];
  const castor = await testCastor(slices, {
    ports,
    config: { "on-call": { teams: { shop: { layers } } } },
  });
  await castor.advance(2_000);
  return { castor, ordered, ports };
}

test("a brief says what is open, over, smouldering and silenced, also in words", async () => {
  const { castor } = await started();
  await using _ = castor;
  const said = await castor.ask(brief, { team: "shop" });
  expect(said).toMatchObject({
    ...{ member: "ann", next: { member: "ben" }, gaps: [] },
    open: [{ title: "Checkout is slow", acknowledgedBy: "ann" }],
    over: [{ title: "Queue grows", acknowledgedAfterMs: 90_000 }],
    smouldering: [{ title: "Disk fills" }],
    silences: [{ why: "known noise" }],
  });
  for (const words of [
    "ann is on call until",
    "Queue grows",
    "ann after 2 min",
    "Disk fills",
    "known noise (ann",
  ])
    expect(said.text).toContain(words);
  expect(await castor.castor.askByName(brief.name, { team: "lost" })).toMatchObject({
    problem: { type: unknownTeam.type },
  });
});

test("whoever takes over is told once, without a sound, and the log says who had it before", async () => {
  const { castor, ordered } = await started();
  await using _ = castor;
  await castor.advance(dayMs + 2 * 60_000);
  const turns = castor.facts().filter(({ event }) => event.type === "on-call.handed-over");
  expect(turns.map(({ event }) => event.data)).toMatchObject([
    { team: "shop", member: "ann", before: null },
    { team: "shop", member: "ben", before: "ann" },
  ]);
  expect(ordered).toHaveLength(2);
  expect(ordered[1]).toMatchObject({
    ...{ account: "ben@example.org", isSilent: true, title: "You are on call for shop, after ann" },
    body: expect.stringContaining("Checkout is slow"),
  });
  expect(castor.types().filter((type) => type === "handoff.told")).toHaveLength(2);
});

test("while the process that keeps alerts is away, the rest is told", async () => {
  const { castor } = await started({ alertsAway: true });
  await using _ = castor;
  expect(await castor.ask(brief, { team: "shop" })).toMatchObject({
    ...{ smouldering: [], silences: [] },
    open: [{ title: "Checkout is slow" }],
  });
});
