import { expect, test } from "bun:test";
import { read, whoAt } from "./import.testing.ts";

const user = (name: string) => ({
  type: "user",
  id: `u-${name}`,
  username: `${name}@shop.example`,
});
const schedule = (rotations: object[], more: object = {}) => ({
  data: {
    ...{ id: "s-1", name: "Shop", timezone: "Europe/Paris", enabled: true, rotations, ...more },
  },
});
const weekly = {
  ...{ id: "r-1", name: "Week", startDate: "2026-01-05T08:00:00Z", type: "weekly", length: 1 },
  participants: [user("ann"), user("ben")],
};

test("a rotation of Opsgenie hands over by the clocks of its zone, and its people are known by their mailboxes", () => {
  const made = read(schedule([weekly]));
  expect(made.notes).toEqual([]);
  expect(made.config["on-call"].teams["shop"]?.layers).toEqual([
    { name: "Week", members: ["ann", "ben"], start: "2026-01-05 09:00", every: "1w" },
  ]);
  expect(made.config.paging.people["ann"]).toMatchObject({ account: "ann@shop.example" });
  // Nine in Paris is 07:00 UTC in summer.
  expect(whoAt(made, "shop", "2026-06-08T06:59:00Z")).not.toBe(
    whoAt(made, "shop", "2026-06-08T07:00:00Z"),
  );
});

test("hours of a day or of the week are kept, over midnight too; what Castor has not stands in the notes", () => {
  const at = (startHour: number, endHour: number) => ({
    startHour,
    startMin: 0,
    endHour,
    endMin: 0,
  });
  const night = { type: "time-of-day", restriction: at(22, 6) };
  const weekend = {
    type: "weekday-and-time-of-day",
    restrictions: [{ startDay: "friday", endDay: "monday", ...at(18, 8) }],
  };
  const made = read(
    schedule([
      { ...weekly, name: "Night", timeRestriction: night },
      { ...weekly, name: "Weekend", participants: [user("cem")], timeRestriction: weekend },
      { ...weekly, name: "Over", endDate: "2026-02-01T00:00:00Z" },
      { ...weekly, name: "Odd", participants: [{ type: "none" }, user("dee")] },
    ]),
  );
  expect(made.config["on-call"].teams["shop"]?.layers.map(({ name }) => name)).toEqual([
    ...["Night", "Weekend", "Odd"],
  ]);
  expect(made.notes).toEqual([
    "Shop, Odd: some turns are a team's, an escalation's or nobody's; they are left out, and others move.",
  ]);
  expect(whoAt(made, "shop", "2026-06-06T12:00:00Z")).toBe("cem");
  expect(["ann", "ben"]).toContain(whoAt(made, "shop", "2026-06-09T23:00:00Z") ?? "nobody");
  expect(whoAt(made, "shop", "2026-06-09T12:00:00Z")).toBe("dee");
});

test("an escalation's delays count from the alert on, a policy's from step to step", () => {
  const rule = (timeAmount: number, recipient: object, more: object = {}) => ({
    ...{ condition: "if-not-acked", notifyType: "default", recipient, ...more },
    delay: { timeAmount, timeUnit: "minutes" },
  });
  const escalation = {
    ...{ id: "e-1", name: "Shop", description: "" },
    rules: [
      rule(20, user("ben")),
      rule(0, { type: "schedule", id: "s-1", name: "Shop" }),
      rule(5, user("ann")),
      rule(5, { type: "team", id: "t-9", name: "Ops" }),
    ],
  };
  const users = {
    data: [{ id: "u-ann", username: "ann@shop.example", fullName: "Ann", timeZone: "Asia/Tokyo" }],
  };
  const made = read(schedule([weekly]), { data: [escalation] }, users);
  expect(made.config.paging.policies["shop"]?.steps).toEqual([
    { who: ["team:shop"], after: "5m" },
    { who: ["ann"], after: "15m" },
    { who: ["ben"], after: "5m" },
  ]);
  expect(made.config.paging.people["ann"]).toMatchObject({ zone: "Asia/Tokyo" });
  expect(made.notes).toEqual(["policy Shop: it calls Ops (team), which is not in these files."]);
});

test("what is switched off is left out, and what cannot be read says why", () => {
  const off = read(schedule([weekly], { enabled: false }));
  expect(off.config["on-call"].teams).toEqual({});
  const wrong = read(schedule([{ ...weekly, type: "yearly" }]));
  expect(wrong.notes[0]).toStartWith("not understood: Shop: rotations.0.type");
});
