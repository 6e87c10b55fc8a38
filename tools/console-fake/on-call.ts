import type {
  OnCallFeeds,
  OnCallNow,
  OnCallTimeline,
  PagingPeople,
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

export function fakeTimeline(input: URLSearchParams): OnCallTimeline {
  const team = input.get("team") ?? "shop";
  const from = Number(input.get("from") ?? Date.now());
  const bounds = { from, to: from + Number(input.get("days") ?? 28) * dayMs };
  const { versions, overrides } = decidedOf(team, Date.now());
  const { shifts, gaps } = timeline(versions, overrides, bounds);
  return { team, ...bounds, shifts, gaps, uncovered: gaps, overrides };
}

export function fakeOnCall(): OnCallNow {
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
        until: current?.to ?? next?.from ?? null,
      };
    }),
  };
}

export const fakeFeeds = (): OnCallFeeds => ({
  feeds: [
    { id: "f-1", team: "shop", madeAt: Date.now() - 40 * dayMs },
    { id: "f-2", member: "ada", madeAt: Date.now() - 2 * hourMs },
  ],
});

export const fakePagedPeople = (): PagingPeople => ({
  people: [
    {
      ...{ person: "ada", zone: "Europe/Paris", wakes: 8 * 60, sleeps: 22 * 60 },
      account: "ada@example.org",
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
});

export const fakeDevices = (): PushDevices => ({
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
