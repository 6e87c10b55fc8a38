import type {
  ErrorEvent,
  ErrorFilters,
  ErrorIssue,
  ErrorIssues,
  ErrorMonitors,
  ErrorProjects,
  ErrorRelease,
  ErrorReleases,
  ErrorReport,
  ErrorSpikes,
  ErrorSuspects,
  ErrorTrackers,
} from "#console";

const hour = 3_600_000;
const issue: ErrorIssues["issues"][number] = {
  id: "shop-17",
  project: "shop",
  type: "TypeError",
  value: "Cannot read properties of undefined (reading 'cents')",
  culprit: "totalOf in cart/total.ts",
  level: "error",
  platform: "node",
  handled: false,
  state: "regressed",
  firstAt: Date.now() - 300 * hour,
  lastAt: Date.now() - 60_000,
  events: 1_312,
  users: 214,
  graph: Array.from({ length: 24 }, (_, at) => (at * 7) % 23),
};

export const fakeErrors = (): ErrorIssues => ({
  issues: [
    issue,
    { ...issue, id: "shop-12", type: "<b>RangeError</b>", value: "</script>", state: "new" },
  ],
  total: 2,
});

export const fakeProjects = (): ErrorProjects => ({
  projects: [
    {
      project: "shop",
      number: 1,
      service: "shop",
      dsn: "http://4b1d5e0f9c3a4d6e8f7a1b2c3d4e5f60@127.0.0.1:4600/in/sentry/1",
      tunnel: "/in/sentry/tunnel/",
      open: 2,
      events24h: 311,
    },
  ],
});

export const fakeIssue = (input: URLSearchParams): ErrorIssue => ({
  ...(input.get("issue") === "shop-12" ? { fixed: 0.97 } : {}),
  issue:
    input.get("issue") === "shop-12"
      ? { ...issue, id: "shop-12", state: "resolved", assignee: "team-cart" }
      : issue,
  history: Array.from({ length: 336 }, (_, at) => (at * 13) % 31),
  tags: [
    { name: "browser", values: [{ value: "Chrome 156", events: 800 }] },
    { name: "release", values: [{ value: "shop@1.4.0", events: 1_312 }] },
  ],
  variants: [
    {
      ...{ exact: "a1", why: "stack", culprit: "totalOf in cart/total.ts", events: 1_300 },
      ...{ firstAt: Date.now() - 300 * hour, lastAt: Date.now() - 60_000 },
    },
    {
      ...{ exact: "a2", why: "stack", culprit: "totalOf in cart/mini.ts", events: 12 },
      ...{ firstAt: Date.now() - 30 * hour, lastAt: Date.now() - 2 * hour },
    },
  ],
  releases: [{ release: "shop@1.4.0", firstAt: Date.now() - 90 * hour, events: 900 }],
  feedback: [
    { at: Date.now() - hour, name: "Jo", email: "jo@example.org", message: "I could not pay" },
  ],
});

export const fakeOccurrence = (): ErrorEvent => ({
  event: "9c3a4d6e8f7a1b2c3d4e5f604b1d5e0f",
  at: Date.now() - 60_000,
  received: Date.now() - 60_000,
  title: "TypeError",
  exceptions: [
    {
      type: "TypeError",
      value: "Cannot read properties of undefined (reading 'cents')",
      handled: false,
      frames: [
        {
          ...{ file: "/srv/shop/cart/total.ts", name: "totalOf", line: 12, inApp: true },
          before: ["function totalOf(cart) {"],
          context: "  return cart.price.cents * cart.count;",
          after: ["}"],
          variables: [],
        },
        {
          ...{ file: "node:internal/timers", name: "listOnTimeout", line: 581, inApp: false },
          ...{ before: [], after: [], variables: [] },
        },
      ],
    },
  ],
  tags: [],
  breadcrumbs: [
    { at: Date.now() - 62_000, category: "ui.click", level: "info", message: "button.pay" },
    { at: Date.now() - 61_000, category: "fetch", level: "error", message: "POST /pay 500" },
  ],
  more: { request: { url: "http://127.0.0.1/cart", method: "POST" }, user: { id: "17" } },
  scrubbed: [{ path: "request.headers.cookie", why: "cookie" }],
  attachments: [{ id: 1, name: "cart.json", type: "application/json", bytes: 3_412 }],
});

export const fakeFilters = (): ErrorFilters => ({
  releases: ["shop@1.4.0", "shop@1.3.9"],
  environments: ["production", "staging"],
  assignees: ["p-ada"],
});

export const fakeReport = (): ErrorReport => ({
  from: Date.now() - 168 * hour,
  to: Date.now(),
  errors: { events: 880, before: 1_000 },
  inbox: { before: 9, came: 4, left: 11, now: 2 },
  decided: [{ by: "Ada Moreau", how: "resolved", decisions: 11 }],
  undone: 1,
  lastTriage: { at: Date.now() - 20 * hour, by: "Ada Moreau", minutes: 24 },
  weeks: Array.from({ length: 12 }, (_, at) => ({
    from: Date.now() - (12 - at) * 168 * hour,
    events: 2_000 - at * 100,
    found: 12 - at,
  })),
  markdown: "# Errors\n",
});

export const fakeSpikes = (): ErrorSpikes => ({
  spikes: [
    {
      ...{ issue: "shop-17", project: "shop", kind: "spike", since: Date.now() - hour / 6 },
      ...{ window: "5m", expected: 3.2, observed: 97, chance: 1e-9, people: 41 },
    },
  ],
  ...{
    falsePagesPerWeek: 0.1,
    budget: "A false alarm once in 10 weeks is borne, over 12 errors.",
    watched: 12,
    chance: 1e-7,
  },
});

export const fakeSuspects = (): ErrorSuspects => ({
  at: Date.now() - 300 * hour,
  suspects: [
    {
      ...{ position: 1852, at: Date.now() - 301 * hour, type: "errors.deployed" },
      ...{ says: "shop@1.4.0 was deployed to production", probability: 0.86 },
    },
  ],
  nothing: 0.14,
});

const release = (nth: number, of: Partial<ErrorReleases["releases"][number]> = {}) => ({
  ...{ project: "shop", release: `shop@1.${9 - nth}.0`, firstAt: Date.now() - nth * 90 * hour },
  deploys: [{ environment: "production", at: Date.now() - nth * 88 * hour, name: "blue" }],
  ...{ commits: 7, newIssues: nth === 0 ? 6 : 1, sessions: 41_200 - nth * 9_000 },
  ...{ crashFree: nth === 0 ? 0.9712 : 0.9991, adoption: [0.62, 0.31, 0.07][nth] ?? 0 },
  ...of,
});
export const fakeReleases = (): ErrorReleases => ({
  releases: [
    ...[release(0), release(1), release(2)],
    release(3, { deploys: [], sessions: 0, crashFree: null, adoption: null, newIssues: 0 }),
  ],
});
export const fakeRelease = (): ErrorRelease => ({
  ...release(0),
  commitList: [
    { id: "4f7a8d7c01", title: "Prices are in cents everywhere" },
    { id: "dc8d24ec02", title: "The cart is counted once" },
  ],
  issues: [
    { id: "shop-17", type: "TypeError", value: "Cannot read properties of undefined" },
    { id: "shop-12", type: "<b>RangeError</b>", value: "</script>" },
  ],
  environments: [
    { environment: "production", sessions: 40_100, crashFree: 0.9709 },
    { environment: "staging", sessions: 1_100, crashFree: 1 },
  ],
  maps: 14,
  before: "shop@1.8.0",
});

const runs = (...failed: number[]): ErrorMonitors["monitors"][number]["runs"] =>
  Array.from({ length: 30 }, (_, at) => ({
    at: Date.now() - (30 - at) * hour,
    status: failed.includes(at) ? (at % 2 === 0 ? "missed" : "error") : "ok",
    durationMs: 4_000 + at * 100,
  }));
const job = { project: "shop", environment: "production", marginMs: 6e4, runtimeMsMax: 18e5 };
export const fakeMonitors = (): ErrorMonitors => ({
  monitors: [
    {
      ...{ ...job, monitor: "payouts-nightly", state: "failing", runs: runs(7, 28, 29) },
      ...{ failing: { since: Date.now() - 5 * hour, why: "missed" } },
      ...{ last: { at: Date.now() - 29 * hour, status: "ok" }, nextAt: Date.now() + 19 * hour },
      schedule: "0 3 * * * (Europe/Paris)",
    },
    {
      ...{ ...job, monitor: "mail-queue", state: "running", runs: runs() },
      ...{ last: { at: Date.now() - 30_000, status: "in_progress" }, schedule: "every 5 minutes" },
      nextAt: Date.now() + 270_000,
    },
    {
      ...{ ...job, monitor: "sitemap", environment: "", state: "ok", runs: runs(3).slice(0, 9) },
      last: { at: Date.now() - hour, status: "ok" },
    },
  ],
});
export const fakeTrackers = (): ErrorTrackers => ({
  trackers: [{ name: "shop", kind: "forgejo", where: "team/shop" }],
});
