import { describe, expect, test } from "bun:test";
import { imported } from "./import.ts";
import { now, read, whoAt } from "./import.testing.ts";

const user = (id: string, name: string) => ({
  ...{ id, type: "user", name, summary: name, email: `${name.toLowerCase()}@example.org` },
  ...{ time_zone: "America/New_York", role: "user" },
});
const reference = (id: string, summary: string, type = "user_reference") => ({
  ...{ id, summary, type, self: `https://api.pagerduty.com/${id}`, html_url: null },
});
const users = {
  users: [user("P1", "Ann"), user("P2", "Ben"), user("P3", "Cem")],
  limit: 25,
  offset: 0,
  more: false,
};

describe("PagerDuty", () => {
  const layer = (more: object) => ({
    ...{ id: "PL1", start: "2026-01-05T09:00:00-05:00", end: null },
    ...{
      rotation_virtual_start: "2026-01-05T09:00:00-05:00",
      rotation_turn_length_seconds: 604_800,
    },
    ...{ rendered_schedule_entries: [], restrictions: [], ...more },
  });
  const schedule = (layers: object[], more: object = {}) => ({
    schedule: {
      ...{ id: "PS1", type: "schedule", name: "Web: Primary", summary: "Web: Primary" },
      ...{ time_zone: "America/New_York", schedule_layers: layers, users: [], ...more },
      final_schedule: { name: "Final Schedule", rendered_schedule_entries: [] },
    },
  });
  const turns = ["P1", "P2"].map((id) => ({ user: reference(id, id === "P1" ? "Ann" : "Ben") }));

  test("a weekly rotation hands over at the same time of day, also over a change of clocks", () => {
    const made = read(schedule([layer({ name: "Layer 1", users: turns })]), users);
    expect(made.notes).toEqual([]);
    expect(made.config["on-call"].teams["web-primary"]?.layers).toEqual([
      { name: "Layer 1", members: ["ann", "ben"], start: "2026-01-05 09:00", every: "1w" },
    ]);
    expect(whoAt(made, "web-primary", "2026-01-05T14:00:00Z")).toBe("ann");
    expect(whoAt(made, "web-primary", "2026-01-12T13:59:00Z")).toBe("ann");
    expect(whoAt(made, "web-primary", "2026-01-12T14:00:00Z")).toBe("ben");
    // Nine in New York is 13:00 UTC in summer.
    expect(whoAt(made, "web-primary", "2026-06-08T12:59:00Z")).not.toBe(
      whoAt(made, "web-primary", "2026-06-08T13:00:00Z"),
    );
  });

  test("the layer that comes first counts first, at the hours it is restricted to", () => {
    const daily = {
      type: "daily_restriction",
      start_time_of_day: "09:00:00",
      duration_seconds: 28_800,
    };
    const weekly = {
      ...{ type: "weekly_restriction", start_day_of_week: 5, start_time_of_day: "17:00:00" },
      duration_seconds: 64 * 3_600,
    };
    const cem = [{ user: reference("P3", "Cem") }];
    const made = read(
      schedule([
        layer({ id: "A", name: "Weekend", users: cem, restrictions: [weekly] }),
        layer({ id: "B", name: "Day", users: turns.slice(1), restrictions: [daily] }),
        layer({ id: "C", name: "Rest", users: turns.slice(0, 1) }),
      ]),
      users,
    );
    const who = (at: string) => whoAt(made, "web-primary", at);
    expect(who("2026-06-03T15:00:00Z")).toBe("ben");
    expect(who("2026-06-03T23:00:00Z")).toBe("ann");
    // From Friday 17:00 to Monday 09:00 in New York.
    for (const at of [
      "2026-06-05T21:00:00Z",
      "2026-06-06T12:00:00Z",
      "2026-06-07T15:00:00Z",
      "2026-06-08T12:00:00Z",
    ])
      expect(who(at)).toBe("cem");
    expect(who("2026-06-05T20:00:00Z")).toBe("ben");
    expect(who("2026-06-08T13:00:00Z")).toBe("ben");
  });

  test("what cannot be carried over is said, and what has passed is not", () => {
    const entries = [
      { start: "2026-07-01T00:00:00Z", end: "2026-07-02T00:00:00Z", user: reference("P3", "Cem") },
      { start: "2026-05-01T00:00:00Z", end: "2026-05-02T00:00:00Z", user: reference("P3", "Cem") },
    ];
    const { notes, config } = read(
      schedule(
        [
          layer({ name: "Odd", users: turns, rotation_turn_length_seconds: 5_000 }),
          layer({ name: "Over", users: turns, end: "2026-03-01T00:00:00Z" }),
          layer({ name: "Until", users: [...turns, { user: null }], end: "2026-12-01T00:00:00Z" }),
        ],
        { overrides_subschedule: { name: "Overrides", rendered_schedule_entries: entries } },
      ),
      users,
    );
    expect(config["on-call"].teams["web-primary"]?.layers.map(({ name }) => name)).toEqual([
      "Until",
    ]);
    expect(notes).toEqual([
      expect.stringContaining("no whole hours"),
      expect.stringContaining("ends on 2026-12-01"),
      expect.stringContaining("somebody in it is deleted"),
      expect.stringContaining("castor on-call take-over --team web-primary --member cem"),
    ]);
  });

  test("a policy's rules are steps with their delays", () => {
    const policy = {
      ...{ id: "PE1", type: "escalation_policy", name: "Web", num_loops: 2, teams: [] },
      escalation_rules: [
        {
          id: "R1",
          escalation_delay_in_minutes: 10,
          targets: [reference("PS1", "Web: Primary", "schedule_reference")],
        },
        {
          id: "R2",
          escalation_delay_in_minutes: 30,
          targets: [reference("P3", "Cem"), reference("PX", "Lost", "schedule_reference")],
        },
      ],
      services: [reference("PSV", "Checkout", "service_reference")],
    };
    const { config, notes } = read(schedule([layer({ name: "L", users: turns })]), users, {
      escalation_policies: [policy],
    });
    expect(config.paging.policies).toEqual({
      web: {
        steps: [
          { who: ["team:web-primary"], after: "10m" },
          { who: ["cem"], after: "30m" },
        ],
      },
    });
    expect(notes.join("\n")).toMatch(/Lost[^]*2 more rounds[^]*used by Checkout/);
    expect(config.paging.people["cem"]).toEqual({
      ...{ zone: "America/New_York", account: "cem@example.org" },
      channels: [{ kind: "push" }, { kind: "email", to: "cem@example.org", after: "2m" }],
    });
  });
});

test("a file of something else, and one that is broken, are said", () => {
  expect(imported([{ hello: "world" }, [], null, 1], now)).toBeUndefined();
  expect(read({ schedule_layers: "no", id: 1, name: "Odd" }).notes[0]).toContain(
    "not understood: Odd",
  );
  const deep = JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`) as unknown;
  expect(imported([deep], now)).toBeUndefined();
});
