import type {
  PostMortemHead,
  PostMortemOne,
  PostMortems,
  PostMortemTemplates,
  PostMortemVersions,
} from "../../src/console/live/shapes.ts";
import { criteria } from "../../src/learn/post-mortems/contract.ts";

type Whole = NonNullable<PostMortemOne["postMortem"]>;
const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const ada = { kind: "person", id: "p-ada" } as const;
const system = { kind: "system", id: "post-mortems" } as const;
const began = (now: number): number => now - 9 * dayMs;

const actions = (now: number): Whole["actions"] => [
  {
    ...{ action: "a1", says: "The pool tells how many wait, and pages before anybody does" },
    ...{ kind: "detect", owner: "p-ada", dueAt: now - 2 * dayMs, state: "open", doneAt: null },
  },
  {
    ...{ action: "a2", says: "The campaign's start is a switch in Castor, not a date in its tool" },
    ...{ kind: "prevent", dueAt: now + 12 * dayMs, state: "open", doneAt: null },
    link: "https://git.example/shop/issues/412",
  },
  {
    ...{ action: "a3", says: "Forty connections for the shop, and a line in front of the bank" },
    ...{ kind: "mitigate", owner: "p-ada", dueAt: null, state: "done", doneAt: now - 5 * dayMs },
    release: "shop@2026.11.17-1",
  },
];

const head = (now: number): PostMortemHead => ({
  ...{ postMortem: "pm-41", incident: "inc-41", title: "Nobody can pay", severity: "sev1" },
  ...{ services: ["shop", "payments"], state: "draft", owner: "p-ada" },
  ...{ draftedAt: began(now) + 95 * minuteMs, dueAt: now + dayMs, publishedAt: null },
  ...{ startedAt: began(now), cause: "capacity", actions: actions(now), openComments: 1 },
  recurrences: ["inc-42"],
});
const others = (now: number): PostMortemHead[] =>
  (["in-review", "published", "imported"] as const).map((state, i) => ({
    ...head(now),
    ...{ postMortem: state === "imported" ? "pm-x3f9c21ab77de" : `pm-${40 - i}`, state },
    incident: `inc-${40 - i}`,
    title: ["The disk of the log is full", "Mails were sent twice", "A leap second"][i] ?? "",
    ...{ severity: i === 0 ? "sev2" : "sev3", services: i === 0 ? ["log"] : ["mail"] },
    ...{ startedAt: began(now) - (i + 1) * 20 * dayMs, dueAt: i === 0 ? now - dayMs : null },
    ...{ publishedAt: null, actions: [], openComments: 0, recurrences: [] },
  }));

const summary = `**Nobody can pay** (SEV1), 2026-11-13 14:03 to 14:52 UTC. It was about shop, payments.

13 % of requests to shop failed (6,120 of 48,210). 3,904 people came in that time.

It was noticed after 2 min, taken 3 min later, the harm ended after 49 min, all was over after 1 h 35 min.`;
const factors = `The campaign began an hour before the plan said, and nobody could see in Castor that it would. The on-call engineer failed to see the queue, because no graph has it.

- Twenty connections to the bank, forty clients.
- Each attempt waits **30 s**, so \`pool.acquire\` held the whole shop.

The root cause was the pool.`;

const sections = (now: number): Whole["sections"] =>
  [
    ["summary", "Summary", "What people could not do, for how long, and how it ended.", summary],
    ["factors", "Contributing factors", "What made it possible, and what made it last.", factors],
    ["went-well", "What went well", "What helped, so that it is kept.", ""],
    [
      "outside",
      "For people outside",
      "Without inside words.",
      "Between 14:03 and 14:52 UTC one of eight payments failed. We now keep a line in front of the bank.",
    ],
  ].map(([id = "", title = "", hint = "", text = ""], i) => ({
    ...{ id, title, hint, text, version: i },
    ...{ at: now - (4 - i) * dayMs, by: i === 0 ? system : ada },
  }));

const rows = (now: number): Whole["rows"] =>
  (
    [
      [-31, "change", "Release 2026.11.13-3 of shop is live"],
      [0, "sign", "Error shop-412 spikes: 214 in 10 minutes, 3 were expected"],
      [2, "sign", "Checkout fails (critical, 3 alerts)"],
      [2, "page", "Step 1 calls p-ada (triggered)"],
      [5, "person", "inc-41 (sev1): Nobody can pay"],
      [9, "person", "inc-41: The pool of connections to the bank is full."],
      [14, "status", "Status page: Problems with payments is investigating"],
      [49, "change", "Release 2026.11.13-2 of shop is live"],
      [95, "person", "inc-41 is resolved"],
    ] as const
  ).map(([minute, kind, says], i) => ({
    ...{ position: 1_700 + i, at: began(now) + minute * minuteMs, says, type: "x", kind },
    ...{
      by: kind === "person" ? ada : system,
      link: `/log?event=${1_700 + i}`,
      hash: "0",
      isChange: kind === "change",
    },
    ...{ isShown: kind !== "page", ...(i === 5 ? { annotation: "No graph shows this." } : {}) },
  }));

const exam = (now: number): Whole["exam"] =>
  criteria.map((criterion, i) => {
    const score = [3, 2, 3, null, 1, null, 2][i] ?? null;
    const says =
      [
        "Noticed 2 min after it began, by errors.spiked.",
        "First word inside after 4 min, first word outside 12 min after it was noticed, longest silence 35 min.",
        "Somebody led after 1 min; 3 roles of 4 were filled.",
        "1 person was called in 1 call; 3 people acted, 4 h 12 min of their time in all.",
        "6,120 requests failed: 64 % of what 99.9 % allows in 30 days.",
        "It is draft: it can be judged once it is published.",
        "4 posts; the end 6 min after it came; the reason was not told yet.",
      ][i] ?? "";
    const found = { score, says, evidence: i < 3 ? [1_701, 1_702] : [] };
    const answer =
      i === 1 ? { score: 1, says: "Support heard of it from customers.", by: ada, at: now } : null;
    return { criterion, found, answer, score: answer?.score ?? score };
  });

const graph: Whole["graph"] = {
  version: 4,
  factors: [
    { id: "f1", text: "The campaign began an hour early", kind: "trigger" },
    { id: "f2", text: "Twenty connections for forty clients", kind: "condition" },
    { id: "f3", text: "Each attempt waits thirty seconds", kind: "condition" },
    { id: "f4", text: "No alert on the length of the pool's queue", kind: "gap" },
    { id: "f5", text: "People could not pay", kind: "harm" },
    { id: "f6", text: "The bank's own retry kept half of the orders", kind: "luck" },
  ],
  links: [
    ...[
      { from: "f1", to: "f2" },
      { from: "f2", to: "f3" },
      { from: "f3", to: "f5" },
    ],
    ...[
      { from: "f4", to: "f5" },
      { from: "f6", to: "f5" },
    ],
  ],
};

function whole(now: number): Whole {
  const { openComments: _c, recurrences: _r, ...of } = head(now);
  const start = began(now);
  return {
    ...of,
    ...{ template: "castor", sections: sections(now), rows: rows(now), isCut: false, graph },
    times: {
      ...{ started: start, detected: start + 2 * minuteMs, declared: start + 5 * minuteMs },
      ...{ acknowledged: start + 5 * minuteMs, mitigated: start + 49 * minuteMs },
      ...{ resolved: start + 95 * minuteMs, reviewed: null },
    },
    lengths: {
      ...{ detect: 2 * minuteMs, acknowledge: 3 * minuteMs, mitigate: 49 * minuteMs },
      resolve: 95 * minuteMs,
    },
    impact: {
      ...{ from: start, to: start + 49 * minuteMs },
      services: [{ service: "shop", requests: 48_210, failed: 6_120, visitors: 3_904, routes: [] }],
    },
    budget: { objective: 0.999, requests: 9_562_500, burnt: 0.64 },
    exam: exam(now),
    comments: [
      {
        ...{ comment: "c1", section: "factors", at: now - dayMs, by: ada, isSettled: false },
        text: "Do we know **why** the campaign began early?",
      },
    ],
    recurrences: [
      {
        ...{ incident: "inc-42", at: now - 24 * minuteMs, why: "the same sign came again" },
        undone: [{ action: "a1", says: actions(now)[0]?.says ?? "" }],
      },
    ],
  };
}

const templates: PostMortemTemplates = {
  templates: [
    { name: "castor", about: "What the log cannot know, and no more.", sections: [] },
    { name: "short", about: "For small troubles: three answers.", sections: [] },
  ],
};

/** What the fake Castor answers about post-mortems. */
export const postMortemAnswers = {
  "post-mortems.list": (input: URLSearchParams): PostMortems => {
    const now = Date.now();
    const words = input.get("text")?.toLowerCase() ?? "";
    const all = [head(now), ...others(now)];
    return {
      ...{ at: now, more: false },
      postMortems: all.filter(({ title }) => title.toLowerCase().includes(words)),
    };
  },
  "post-mortems.show": (input: URLSearchParams): PostMortemOne => {
    const now = Date.now();
    return { at: now, postMortem: input.get("postMortem") === "pm-41" ? whole(now) : null };
  },
  "post-mortems.versions": (): PostMortemVersions => ({
    versions: sections(Date.now())
      .slice(0, 2)
      .map(({ at, by, text }, version) => ({ version, at, by, text })),
  }),
  "post-mortems.templates": (): PostMortemTemplates => templates,
};
