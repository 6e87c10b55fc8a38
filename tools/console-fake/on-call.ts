import type {
  HandoffBrief,
  OnCallFeeds,
  OnCallNow,
  OnCallTimeline,
  PagingNow,
  PagingPage,
  PagingPeople,
  PagingWho,
  PushDevices,
} from "../../src/console/live/shapes.ts";
import { type Layer, timeline } from "../../src/respond/on-call/schedule/schedule.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const monday = { year: 2026, month: 1, day: 5, hour: 9, minute: 0 };
const weekly = { count: 1, unit: "weeks" } as const;
const workdays = ["mon", "tue", "wed", "thu", "fri"] as const;

const teams: Record<string, { zone: string; layers: Layer[] }> = {
  shop: {
    zone: "Europe/Paris",
    layers: [
      {
        ...{ name: "office", zone: "Europe/Paris", start: monday, turn: weekly, members: ["dee"] },
        hours: [{ days: workdays, from: 9 * 60, to: 17 * 60 }],
      },
      {
        ...{ name: "everyone", zone: "Europe/Paris", start: monday, turn: weekly, hours: [] },
        members: ["ada", "ben", "cem"],
      },
    ],
  },
  payments: {
    zone: "UTC",
    layers: [
      {
        ...{ name: "days", zone: "UTC", start: monday, turn: { count: 2, unit: "days" } },
        members: ["eve", "ada"],
        hours: [{ days: [...workdays, "sat"], from: 6 * 60, to: 2 * 60 }],
      },
    ],
  },
};

function decidedOf(team: string, now: number) {
  const versions = [{ validFrom: 0, layers: teams[team]?.layers ?? [] }];
  const from = now - (now % dayMs) + 3 * dayMs;
  const reason = "Ben is at a wedding";
  const override = { id: "o-1", team, from, to: from + 2 * dayMs, member: "fay", reason };
  return { versions, overrides: team === "shop" ? [override] : [] };
}

function fakeTimeline(input: URLSearchParams): OnCallTimeline {
  const team = input.get("team") ?? "shop";
  const from = Number(input.get("from") ?? Date.now());
  const bounds = { from, to: from + Number(input.get("days") ?? 28) * dayMs };
  const { versions, overrides } = decidedOf(team, Date.now());
  const { shifts, gaps } = timeline(versions, overrides, bounds);
  return { team, ...bounds, shifts, gaps, uncovered: gaps, overrides };
}

function fakeOnCall(): OnCallNow {
  const now = Date.now();
  return {
    teams: Object.entries(teams).map(([team, { zone, layers }]) => {
      const { versions, overrides } = decidedOf(team, now);
      const { shifts, gaps } = timeline(versions, overrides, { from: now, to: now + 14 * dayMs });
      const current = shifts.find((each) => each.from <= now);
      const next = shifts.find((each) => each !== current) ?? null;
      const members = layers.flatMap((each) => [...each.members]);
      return {
        ...{ team, zone, members, gaps, next },
        member: current?.member ?? null,
        since: current?.from ?? null,
        until: current?.to ?? next?.from ?? null,
      };
    }),
  };
}

const fakeFeeds = (): OnCallFeeds => ({
  feeds: [
    { id: "f-1", team: "shop", madeAt: Date.now() - 40 * dayMs },
    { id: "f-2", member: "ada", madeAt: Date.now() - 2 * hourMs },
  ],
});

const fakePagedPeople = (): PagingPeople => ({
  people: [
    {
      ...{ person: "ada", zone: "Europe/Paris", wakes: 8 * 60, sleeps: 22 * 60 },
      account: "ada@example.org",
      isChosen: false,
      channels: [
        {
          ...{ channel: "push", kind: "push", afterMs: 0, urgencies: ["high", "low"] },
          ...{ acceptedAt: Date.now() - 3 * hourMs, failedAt: null, why: null },
        },
        {
          ...{ channel: "email", kind: "email", afterMs: 120_000, urgencies: ["high", "low"] },
          ...{ acceptedAt: Date.now() - 9 * dayMs, failedAt: Date.now() - 2 * hourMs },
          why: "mail.example.org answered 451: try again later",
        },
        {
          ...{ channel: "sms", kind: "sms", afterMs: 240_000, urgencies: ["high"] },
          ...{ acceptedAt: null, failedAt: null, why: null },
        },
      ],
    },
  ],
  offers: {
    kinds: ["push", "ntfy", "email", "slack", "discord", "mattermost", "sms", "webhook"],
    providers: ["texts"],
  },
});

const fakeDevices = (): PushDevices => ({
  devices: [
    {
      ...{
        device: "d-1",
        person: "p-ada",
        name: "Chrome on Android",
        service: "fcm.googleapis.com",
      },
      ...{ addedAt: Date.now() - 20 * dayMs, shownAt: Date.now() - 3 * hourMs },
    },
    {
      ...{ device: "d-2", person: "p-ada", name: "Firefox on Linux" },
      ...{
        service: "updates.push.services.mozilla.com",
        addedAt: Date.now() - 60_000,
        shownAt: null,
      },
    },
  ],
});

const aboutCheckout = {
  ...{ title: "Checkout answers with errors", severity: "critical" as const, service: "shop" },
  ...{ labels: { alertname: "Errors" }, annotations: {}, firing: 3, impact: ["basket"] },
} as const;

const fakePages = (): PagingNow => {
  const now = Date.now();
  const page = {
    ...{
      receiver: "default",
      urgency: "high" as const,
      assigned: null,
      resolvedAt: null,
      before: null,
      round: 0,
    },
    ...{ call: 1, step: 0 },
  } as const;
  return {
    isOn: true,
    open: 2,
    pages: [
      {
        ...page,
        ...{ page: "g-1", phase: "triggered", triggeredAt: now - 130_000, acknowledgedBy: null },
        ...{ about: { ...aboutCheckout, since: now - 200_000 }, nextAt: now + 170_000 },
        called: ["ada"],
      },
      {
        ...page,
        ...{ page: "g-2", phase: "acknowledged", triggeredAt: now - hourMs, nextAt: now + hourMs },
        ...{ acknowledgedBy: "ben", called: ["ben"] },
        about: {
          ...{ ...aboutCheckout, title: "The queue of invoices grows" },
          severity: "warning" as const,
          ...{ service: null, since: now - hourMs, impact: [], firing: 1 },
        },
      },
    ],
  };
};

function fakePage(): PagingPage {
  const now = Date.now();
  const [first] = fakePages().pages;
  if (!first) throw new Error("There is a page.");
  const proof = {
    ...{ person: "ada", kind: "call" as const, call: 1, intendedAt: now - 130_000, attempts: 1 },
    ...{ firstAttemptAt: now - 130_000, lastAttemptAt: now - 130_000, dueAt: now - 130_000 },
  } as const;
  return {
    ...first,
    runbook: "https://wiki.example.org/runbooks/checkout",
    anomalies: ["5xx answers of shop: 90 a minute instead of 1"],
    changes: [
      {
        ...{ position: 1852, at: now - 600_000, type: "deployments.released" },
        says: "shop 2.4.1 was deployed by Ben Okafor",
      },
    ],
    deliveries: [
      {
        ...{ ...proof, delivery: "d1", channel: "push", state: "accepted" },
        ...{ acceptedAt: now - 129_500, deliveredAt: now - 129_000, why: null },
      },
      {
        ...{ ...proof, delivery: "d2", channel: "email", state: "failed", attempts: 3 },
        ...{ acceptedAt: null, deliveredAt: null, why: "mail.example.org answered 451" },
      },
      {
        ...{ ...proof, delivery: "d3", channel: "sms", state: "intended", attempts: 0 },
        ...{ acceptedAt: null, deliveredAt: null, why: null, dueAt: now + 110_000 },
        ...{ firstAttemptAt: null, lastAttemptAt: null },
      },
    ],
    history: [
      {
        at: now - 130_000,
        type: "paging.triggered",
        says: "Somebody is needed: Checkout answers with errors (critical)",
      },
      { at: now - 130_000, type: "paging.climbed", says: "Step 1 calls ada (triggered)" },
    ],
  };
}

function fakeWho(input: URLSearchParams): PagingWho {
  const at = Number(input.get("at") ?? Date.now());
  const way = (channel: string, afterMs: number) => ({
    ...{ channel, kind: channel, at: at + afterMs },
    updates: "none" as const,
  });
  return {
    ...{ receiver: input.get("service") ?? "default", urgency: "high" },
    steps: [
      {
        afterMs: 300_000,
        callees: [{ person: "ada", ways: [way("push", 0), way("email", 120_000)] }],
      },
      { afterMs: 300_000, callees: [] },
      {
        afterMs: 600_000,
        callees: [
          { person: "ben", ways: [way("push", 0)] },
          { person: "cem", ways: [way("sms", 0)] },
        ],
      },
    ],
  };
}

const fakeBrief = (input: URLSearchParams): HandoffBrief => ({
  ...{ team: input.get("team") ?? "shop", member: "ada", since: 0, until: null, next: null },
  ...{ open: [], over: [], smouldering: [], silences: [], changes: [], gaps: [] },
  text: `shop: ada is on call until 2026-11-23 08:00 UTC, then dee.

Open:
- Checkout answers with errors (critical, since 2026-11-22 13:31): nobody sees to it

Over in this turn:
- The queue of invoices grows (2026-11-22 03:12): ada after 2 min

Changed lately:
- 2026-11-22 13:21: shop 2.4.1 was deployed by Ben Okafor`,
});

/** What the fake answers about people who are woken. */
export const onCallAnswers = {
  "on-call.now": fakeOnCall,
  "on-call.timeline": fakeTimeline,
  "on-call.feeds": fakeFeeds,
  "handoff.brief": fakeBrief,
  "paging.now": fakePages,
  "paging.page": fakePage,
  "paging.people": fakePagedPeople,
  "paging.who": fakeWho,
  "push.devices": fakeDevices,
};
