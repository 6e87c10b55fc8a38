import { answer, capability } from "#kernel";
import { testAuth, testCastor, httpApi } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import * as z from "zod";
import { rulesNow } from "../../respond/alerts/contract.ts";
import { all, type Incident } from "../../respond/incidents/contract.ts";
import { type Head, list } from "../post-mortems/contract.ts";
import { show } from "./contract.ts";
import { changesBefore, parts, reviewOf } from "./figures.ts";
import { reliability } from "./index.ts";
import { quantile, spreadOf } from "./spread.ts";
import { csvCell } from "./table.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
const now = 1_000 * dayMs;
let numbers = 0;

/** An incident that began so many days ago; minutes from the beginning of the harm. */
function incident(
  daysAgo: number,
  of: Partial<Incident> & { minutes?: (number | null)[] } = {},
): Incident {
  const { minutes = [2, 5, 30, 60], ...rest } = of;
  const started = now - daysAgo * dayMs;
  const [detected, acknowledged, mitigated, resolved] = minutes.map((m) =>
    m === null ? null : started + m * minuteMs,
  );
  return {
    ...{ incident: `inc-${++numbers}`, title: "It broke", severity: "sev2", stage: "resolved" },
    ...{ services: ["shop"], origin: { kind: "alert" }, roles: {}, ticked: [], tasks: [] },
    ...{ updateDue: null, children: [] },
    times: {
      ...{ started, detected: detected ?? started, declared: started + minuteMs, reviewed: null },
      acknowledged: acknowledged ?? null,
      ...{ mitigated: mitigated ?? null, resolved: resolved ?? null },
    },
    ...rest,
  } as Incident;
}
const written = (of: Incident, more: Partial<Head>): Head =>
  ({
    ...{
      incident: of.incident,
      state: "published",
      dueAt: now - dayMs,
      publishedAt: now - 2 * dayMs,
    },
    ...{ actions: [], recurrences: [], ...more },
  }) as unknown as Head;

/** Castor with these incidents and post-mortems; the others' capabilities are stood for. */
async function told(incidents: Incident[], postMortems: Head[] = []) {
  const stand = (id: string, answers: ReturnType<typeof answer>[]) =>
    capability({ id, about: "", config: z.object({}), answers });
  const castor = await testCastor([
    stand("incidents", [answer(all, () => ({ at: now, incidents, more: false }))]),
    stand("post-mortems", [answer(list, () => ({ at: now, postMortems, more: false }))]),
    stand("alerts", [
      answer(rulesNow, () => ({
        ...{ at: now, rules: [] },
        objectives: [
          {
            ...{ name: "shop", of: "shop", target: 0.999, periodMs: 30 * dayMs, budgetLeft: 0.4 },
            ...{ slowerThan: null, valid: 0, bad: 0, windows: [], tests: 0, firing: [] },
          },
        ],
      })),
    ]),
    reliability,
  ]);
  const ask = (of: object = {}) => castor.ask(show, { days: 30, to: now, ...of });
  return { castor, ask };
}

test("quantiles are those of the usual definition, within the values, and rise", () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([1, 2, 3, 4, 10], share))).toEqual([
    ...[1, 2, 3, 4, 10],
  ]);
  expect(spreadOf([])).toBeNull();
  expect(spreadOf([7])).toMatchObject({ n: 1, min: 7, median: 7, p90: 7, max: 7, mean: 7 });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 }), (values) => {
      const { min, p25, median, p75, p90, max, mean } = spreadOf(values) ?? {};
      const rising = [min, p25, median, p75, p90, max].map(Number);
      expect(rising).toEqual(rising.toSorted((a, b) => a - b));
      expect(Number(mean)).toBeGreaterThanOrEqual(Number(min));
      expect(Number(mean)).toBeLessThanOrEqual(Number(max));
    }),
  );
});

test("a period stands beside the one before; what was merged and what is older does not count", async () => {
  const { castor, ask } = await told([
    incident(1),
    incident(29, { minutes: [10, 20, 90, 100] }),
    incident(2, { mergedInto: "inc-1" }),
    incident(31, { minutes: [1, 2, 10, 20] }),
    incident(61),
  ]);
  await using _ = castor;
  const found = await ask();
  expect(found.incidents).toEqual({ now: 2, before: 1, open: 0 });
  const [detect, acknowledge, mitigate] = found.lengths;
  expect(detect?.now).toMatchObject({ n: 2, median: 6 * minuteMs, max: 10 * minuteMs });
  expect(acknowledge?.now?.median).toBe(6.5 * minuteMs);
  expect(mitigate?.before).toMatchObject({ n: 1, median: 10 * minuteMs });
  expect(found.budgets).toEqual([
    { objective: "shop", of: "shop", target: 0.999, periodMs: 30 * dayMs, left: 0.4 },
  ]);
});

test("what did not happen has no length, and is counted as open", async () => {
  const { castor, ask } = await told([
    incident(1, { minutes: [3, null, null, null] }),
    incident(2),
  ]);
  await using _ = castor;
  const { lengths, incidents } = await ask();
  expect(lengths.map(({ now: spread }) => spread?.n)).toEqual([2, 1, 1, 1]);
  expect(incidents.open).toBe(1);
});

test("of nothing there are no figures, and no division by nothing", async () => {
  const { castor, ask } = await told([]);
  await using _ = castor;
  const found = await ask();
  expect(found.lengths.map((each) => each.now)).toEqual([null, null, null, null]);
  expect(found).toMatchObject({ severities: [], causes: [], again: [], review: { over: 0 } });
});

test("incidents are told apart by service, severity, cause and change", async () => {
  const [a, b] = [incident(1, { services: ["shop", "search"] }), incident(2, { severity: "sev1" })];
  const { castor, ask } = await told(
    [a, b, incident(40)],
    [written(a, { cause: "release", recurrences: [b.incident] })],
  );
  await using _ = castor;
  const found = await ask();
  expect(found.services).toEqual([
    { name: "shop", now: 2, before: 1 },
    { name: "search", now: 1, before: 0 },
  ]);
  expect(found.severities.map(({ name }) => name)).toEqual(["sev1", "sev2"]);
  expect(found.causes).toContainEqual({ name: "release", now: 1, before: 0 });
  expect(found.again).toEqual([{ incident: b.incident, title: "It broke", of: a.incident }]);
  expect((await ask({ service: "search" })).incidents.now).toBe(1);
  expect((await ask({ severity: "sev1" })).incidents.now).toBe(1);
});

test("a change counts in the hour before, for its own services or for all", () => {
  const of = incident(1);
  const at = of.times.started;
  const change = (type: string, minutes: number, service?: string) => ({
    ...{ type, at: at + minutes * minuteMs, service },
  });
  expect(
    changesBefore(of, [
      ...[change("errors.deployed", -5, "shop"), change("settings.config-applied", -59)],
      ...[
        change("gateway.split", -61),
        change("cache.purged", 1),
        change("faults.started", -1, "blog"),
      ],
    ]),
  ).toEqual(["release", "configuration"]);
  expect(changesBefore(of, [])).toEqual(["no change"]);
});

test("an incident is counted once for each name, however often it says it", () => {
  expect(parts([incident(1)], [], () => ["x", "x"])).toEqual([{ name: "x", now: 1, before: 0 }]);
});

test("reviews and actions are on time, late, overdue or waiting by their own dates", () => {
  const of = Array.from({ length: 5 }, () => incident(3));
  const [onTime, late, overdue, waiting] = of;
  const action = (state: string, dueAt: number | null, doneAt: number | null = null) =>
    ({ state, dueAt, doneAt }) as Head["actions"][number];
  const heads = [
    written(onTime as Incident, {
      actions: [
        ...[action("done", now, now - 1), action("done", now - 2, now - 1), action("open", null)],
        ...[action("open", now - 1), action("dropped", now - 1)],
      ],
    }),
    written(late as Incident, { publishedAt: now }),
    written(overdue as Incident, { publishedAt: null, state: "draft" }),
    written(waiting as Incident, { publishedAt: null, dueAt: now + 1 }),
  ];
  const open = incident(1, { minutes: [1, null, null, null] });
  expect(reviewOf([...of, open], new Map(heads.map((each) => [each.incident, each])), now)).toEqual(
    {
      ...{ over: 5, onTime: 1, late: 1, overdue: 1, waiting: 1, none: 1 },
      actions: { done: 1, doneLate: 1, open: 1, overdue: 1, dropped: 1 },
    },
  );
});

test("the table is CSV that a spreadsheet does not run, and the same as JSON", async () => {
  expect(csvCell('=HYPERLINK("http://evil")')).toBe(`"'=HYPERLINK(""http://evil"")"`);
  expect(["+1", "-1", "@x", "a,b", "plain", null, 3].map(csvCell)).toEqual([
    ...["'+1", "'-1", "'@x", '"a,b"', "plain", "", "3"],
  ]);
  const { castor } = await told([incident(1, { incident: "inc-9", title: "=1+1, or not" })]);
  await using _ = castor;
  const fetch = httpApi({ castor: castor.castor, auth: testAuth({ clock: castor.clock }) });
  const get = (query: string, as = "viewer") =>
    fetch(
      new Request(`http://localhost/api/reliability.table${query}`, {
        headers: as ? { authorization: `Bearer ${as}` } : {},
      }),
      "127.0.0.1",
    );
  const text = await (await get(`?days=30&to=${now}`)).text();
  const [head, line] = text.split("\r\n");
  expect(head?.startsWith("incident,title,severity")).toBe(true);
  expect(line?.startsWith(`inc-9,"'=1+1, or not",sev2,shop,alert`)).toBe(true);
  expect(await (await get(`?to=${now}&format=json`)).json()).toMatchObject([
    { incident: "inc-9", detect_s: 120, mitigate_s: 1_800 },
  ]);
  expect((await get("?days=x")).status).toBe(422);
  expect((await get("", "")).status).toBe(401);
});
