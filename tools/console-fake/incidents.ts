import type {
  AlertsBefore,
  Incident,
  IncidentImpact,
  IncidentOne,
  IncidentRow,
  Incidents,
  IncidentTimeline,
  LibrarySimilar,
} from "../../src/console/live/shapes.ts";

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

const open = (now: number): Incident => ({
  ...{ incident: "inc-42", title: "Nobody can pay", severity: "sev1", stage: "mitigating" },
  ...{ services: ["shop", "payments"], origin: { kind: "alert", ref: "g-7" } },
  times: {
    ...{ started: now - 24 * minuteMs, detected: now - 22 * minuteMs },
    ...{ declared: now - 20 * minuteMs, acknowledged: now - 19 * minuteMs },
    ...{ mitigated: null, resolved: null, reviewed: null },
  },
  roles: { commander: "p-ada", operations: "p-jo" },
  ticked: ["commander/severity", "commander/roles", "operations/changes"],
  tasks: [
    { task: "t1", says: "Ask the bank whether they see our calls", person: "p-sam", doneAt: null },
    { task: "t2", says: "Take the campaign's link off the front page", doneAt: now - 6 * minuteMs },
  ],
  ...{ updateDue: now + 8 * minuteMs, children: [] },
});

const past = (now: number, n: number): Incident => {
  const began = now - n * 9 * dayMs;
  const titles = ["Search answers slowly", "The disk of the log is full", "Mails were sent twice"];
  return {
    ...{ incident: `inc-${42 - n}`, title: titles[n - 1] ?? "Something else" },
    ...{ severity: n === 2 ? "sev2" : "sev3", stage: n === 1 ? "resolved" : "reviewed" },
    ...{ services: ["shop"], origin: { kind: "person" } },
    times: {
      ...{ started: began, detected: began + n * 4 * minuteMs, declared: began + 6 * minuteMs },
      ...{ acknowledged: began + 15 * minuteMs, mitigated: began + 40 * minuteMs },
      ...{ resolved: began + 95 * minuteMs, reviewed: n === 1 ? null : began + 3 * dayMs },
    },
    ...{ roles: {}, ticked: [], tasks: [], updateDue: null, children: [] },
  };
};

const fakeIncidents = (input?: URLSearchParams): Incidents => {
  const now = Date.now();
  const more = {
    ...{ roles: {}, ticked: [], tasks: [], updateDue: null, services: ["mail"] },
    severity: "sev3",
  } as const;
  const incidents: Incident[] = [
    { ...open(now), ...more, incident: "inc-44", title: "Receipts are late", parent: "inc-42" },
    { ...open(now), ...more, incident: "inc-43", title: "The cart is slow", mergedInto: "inc-42" },
    { ...open(now), children: ["inc-44"] },
    ...[1, 2, 3].map((n) => past(now, n)),
  ];
  const isOpen = ({ times, mergedInto }: Incident): boolean =>
    times.resolved === null && mergedInto === undefined;
  const asked = input?.get("open") === "true" ? incidents.filter(isOpen) : incidents;
  return { at: now, incidents: asked, more: false };
};
const fakeIncident = (input: URLSearchParams): IncidentOne => {
  const { at, incidents } = fakeIncidents();
  return {
    at,
    incident: incidents.find((each) => each.incident === input.get("incident")) ?? null,
    callLink: "https://meet.example/inc-42",
    hasChat: true,
    ...{ oneWith: ["inc-43"], alerts: ["CheckoutFails"], labels: { service: "shop" } },
  };
};

const told: readonly [
  minutesAgo: number,
  kind: IncidentRow["kind"],
  by: string,
  says: string,
  note?: string,
][] = [
  [31, "change", "deploys from CI", "Release 2026.11.22-3 of shop is live"],
  [24, "sign", "errors", "Error shop-412 spikes: 214 in 10 minutes, 3 were expected"],
  [22, "sign", "alerts", "Checkout fails (critical, 3 alerts)"],
  [22, "page", "paging", "Ada is called over Web Push and a text message"],
  [20, "person", "Ada Moreau", "inc-42 (sev1): Nobody can pay"],
  [19, "person", "Ada Moreau", "inc-42 is acknowledged"],
  [
    17,
    "person",
    "Jo Lindqvist",
    "",
    "The new release sends the amount as **text**; the bank refuses it.\n\nGoing back to `2026.11.22-2`.",
  ],
  [
    12,
    "status",
    "Ada Moreau",
    "Status page: Nobody can pay is investigating: We are looking into it.",
  ],
  [10, "person", "Ada Moreau", "a note that was taken away"],
  [9, "person", "Jo Lindqvist", "inc-42 is mitigating: rolling back"],
  [5, "change", "Jo Lindqvist", "Release 2026.11.22-2 of shop is live"],
];
const fakeGraph = (now: number): IncidentRow["graph"] => {
  const at = Array.from({ length: 60 }, (_, n) => now - (60 - n) * minuteMs);
  const values = (height: (n: number) => number) => at.map((_, n) => height(n));
  return {
    ...{ title: "Requests of shop", unit: "a second", at },
    lines: [
      { name: "2xx", values: values((n) => (n < 36 ? 40 : 31) + (n % 5)) },
      { name: "5xx", values: values((n) => (n < 36 ? 0 : 11 - (n % 3))) },
    ],
  };
};
const fakeTimeline = (): IncidentTimeline => {
  const now = Date.now();
  return {
    ...{ at: now, isCut: false },
    rows: told.map(([ago, kind, by, says, note], i) => ({
      ...{ position: 1_800 + i, at: now - ago * minuteMs, says, type: "x", kind },
      ...{
        link: `/log?event=${1_800 + i}`,
        by: { kind: "system", id: by },
        ...(note === undefined ? {} : { note, noteId: `note-${1_800 + i}` }),
        ...(says.startsWith("a note that") ? { isTakenAway: true as const } : {}),
        ...(i === told.length - 2 ? { graph: fakeGraph(now) } : {}),
      },
    })),
  };
};
const fakeImpact = (): IncidentImpact => {
  const now = Date.now();
  return {
    ...{ from: now - 24 * minuteMs, to: now },
    services: [
      {
        ...{ service: "shop", requests: 48_210, failed: 6_120, visitors: 3_904 },
        routes: [
          { route: "/checkout", requests: 6_410, failed: 5_980 },
          { route: "/cart", requests: 9_120, failed: 140 },
        ],
      },
      { ...{ service: "payments", requests: 2_310, failed: 2_104 }, visitors: null, routes: [] },
    ],
  };
};
const fakeSimilar: LibrarySimilar = {
  stories: [
    {
      ...{ id: "s1", title: "A campaign brought ten times the traffic", company: "Allegro" },
      ...{
        url: "https://allegro.example/",
        source: "danluu",
        category: "Config Errors",
        kind: "story",
      },
      ...{ tags: ["config", "traffic"], excerpt: "" },
      text: "E-commerce site went down after a sudden traffic spike caused by a marketing campaign. New instances did not start although there was room for them.",
    },
  ],
};

const fakeBefore = (): AlertsBefore => ({
  at: Date.now(),
  changes: [
    {
      ...{ position: 1_801, type: "errors.deployed", probability: 0.9 },
      ...{ at: Date.now() - 31 * minuteMs, says: "Release 2026.11.22-3 of shop went live" },
    },
  ],
  anomalies: [
    { what: "5xx", before: 2, now: 214, says: "5xx answers of shop: 214 a minute, 2 before" },
  ],
});
/** What the fake Castor answers about incidents. */
export const incidentAnswers = {
  "incidents.all": fakeIncidents,
  "incidents.one": fakeIncident,
  "incidents.timeline": fakeTimeline,
  "incidents.impact": fakeImpact,
  "alerts.what-changed": fakeBefore,
  "library.similar": (): LibrarySimilar => fakeSimilar,
};
