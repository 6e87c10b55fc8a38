import { describe, expect, test } from "bun:test";
import { read, whoAt } from "./import.testing.ts";

describe("Grafana OnCall", () => {
  const page = (results: object[]) => ({
    ...{ count: results.length, next: null, previous: null, results },
    ...{ current_page_number: 1, page_size: 50, total_pages: 1 },
  });
  const people = page(
    ["ann", "ben", "cem"].map((name, k) => ({
      ...{ id: `U${k + 1}`, email: `${name}@example.org`, username: name, role: "admin" },
      ...{ slack: null, timezone: "Europe/Berlin", is_phone_number_verified: false },
    })),
  );
  const schedule = (shifts: string[], more: object = {}) =>
    page([
      {
        ...{
          id: "S1",
          name: "Nächte",
          type: "calendar",
          team_id: null,
          time_zone: "Europe/Berlin",
        },
        ...{ on_call_now: ["U1"], shifts, ical_url_overrides: null, slack: null, ...more },
      },
    ]);
  const shift = (id: string, more: object) => ({
    ...{ id, name: id, team_id: null, time_zone: null, level: 0, start: "2026-01-05T09:00:00" },
    ...{ duration: 604_800, type: "rolling_users", frequency: "weekly", interval: 1, until: null },
    ...{ week_start: "MO", by_day: null, by_month: null, by_monthday: null, source: 0, ...more },
  });

  test("people who take turns do so from the one that was said to begin", () => {
    const rolling = { rolling_users: [["U1"], ["U2"], ["U3"]], start_rotation_from_user_index: 1 };
    const made = read(schedule(["O1"]), page([shift("O1", rolling)]), people);
    expect(made.notes).toEqual([]);
    expect(made.config["on-call"].teams["nachte"]?.layers).toMatchObject([
      { members: ["ben", "cem", "ann"], start: "2026-01-05 09:00", every: "1w" },
    ]);
    expect(whoAt(made, "nachte", "2026-01-12T08:00:00Z")).toBe("cem");
  });

  test("days of the week, hours and levels hold", () => {
    const office = {
      ...{ type: "recurrent_event", users: ["U3"], level: 2, duration: 28_800 },
      ...{ by_day: ["MO", "TU", "WE", "TH", "FR"], start: "2026-01-07T09:00:00" },
    };
    const rest = { rolling_users: [["U1"], ["U2"]] };
    const made = read(schedule(["A", "B"]), page([shift("A", rest), shift("B", office)]), people);
    expect(whoAt(made, "nachte", "2026-06-03T07:00:00Z")).toBe("cem");
    expect(whoAt(made, "nachte", "2026-06-03T15:00:00Z")).not.toBe("cem");
    expect(whoAt(made, "nachte", "2026-06-06T08:00:00Z")).not.toBe("cem");
  });

  test("a week of people's nights begins where OnCall's week does", () => {
    const nights = {
      ...{ rolling_users: [["U1"], ["U2"]], duration: 8 * 3_600, start: "2026-01-07T22:00:00" },
      by_day: ["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
    };
    const made = read(schedule(["A"]), page([shift("A", nights)]), people);
    expect(made.config["on-call"].teams["nachte"]?.layers[0]?.start).toBe("2026-01-05 00:00");
    const who = (at: string) => whoAt(made, "nachte", at);
    expect(who("2026-01-11T22:00:00Z")).toBe("ann");
    expect(who("2026-01-12T21:00:00Z")).toBe("ben");
    expect(who("2026-01-12T12:00:00Z")).toBeUndefined();
  });

  test("what Castor has no words for is said, each by its name", () => {
    const shifts = [
      shift("pair", { rolling_users: [["U1", "U2"]] }),
      shift("first-of-month", {
        users: ["U1"],
        type: "recurrent_event",
        frequency: "monthly",
        by_monthday: [1],
      }),
      shift("fortnight", { users: ["U1"], type: "recurrent_event", interval: 2 }),
      shift("elsewhere", { rolling_users: [["U1"]], time_zone: "Asia/Tokyo" }),
      shift("ended", { rolling_users: [["U2"]], until: "2026-02-01T00:00:00" }),
      shift("once", {
        type: "single_event",
        users: ["U2"],
        start: "2026-07-01T09:00:00",
        duration: 3_600,
        frequency: null,
      }),
    ];
    const { notes, config } = read(
      schedule([...shifts.map(({ id }) => id), "lost"]),
      page(shifts),
      people,
    );
    const names = [
      "1 of its shifts are not",
      "take-over --team nachte --member ben",
      "pair: several",
      "first-of-month:",
      "fortnight:",
      "elsewhere:",
    ];
    for (const name of names) expect(notes.join("\n")).toContain(name);
    expect(notes).toHaveLength(names.length);
    expect(config["on-call"].teams["nachte"]?.layers.map(({ name }) => name)).toEqual([
      "pair",
      "elsewhere",
    ]);
    const calendar = schedule([], { type: "ical", ical_url_primary: "https://example.org/x.ics" });
    expect(read(calendar).notes[0]).toContain("calendar elsewhere");
  });

  test("a chain's waits are its steps' delays", () => {
    const step = (position: number, type: string, more: object = {}) => ({
      ...{ id: `E${position}`, escalation_chain_id: "F1", position, type, ...more },
    });
    const steps = page([
      step(2, "wait", { duration: 900 }),
      step(0, "notify_on_call_from_schedule", {
        notify_on_call_from_schedule: "S1",
        important: true,
      }),
      step(1, "notify_persons", { persons_to_notify: ["U3"] }),
      step(3, "notify_whole_channel"),
      step(4, "notify_persons", { persons_to_notify: ["U2"] }),
      step(5, "repeat_escalation"),
    ]);
    const chains = { escalation_chains: page([{ id: "F1", name: "Default", team_id: null }]) };
    const rolling = page([shift("O1", { rolling_users: [["U1"]] })]);
    const { config, notes } = read(schedule(["O1"]), rolling, people, chains, steps);
    expect(config.paging.policies).toEqual({
      default: {
        steps: [
          { who: ["team:nachte", "cem"], after: "15m" },
          { who: ["ben"], after: "5m" },
        ],
      },
    });
    expect(notes).toEqual([expect.stringContaining("notify_whole_channel")]);
  });
});
