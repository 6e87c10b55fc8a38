import type { ErrorEvent, ErrorIssue, ErrorIssues, ErrorProjects } from "#console";

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
  lastDay: Array.from({ length: 24 }, (_, at) => (at * 7) % 23),
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

export const fakeIssue = (): ErrorIssue => ({
  issue,
  history: Array.from({ length: 336 }, (_, at) => (at * 13) % 31),
  tags: [
    { name: "browser", values: [{ value: "Chrome 156", events: 800 }] },
    { name: "release", values: [{ value: "shop@1.4.0", events: 1_312 }] },
  ],
  variants: [],
  releases: [],
  feedback: [],
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
  breadcrumbs: [],
  more: {},
  scrubbed: [{ path: "request.headers.cookie", why: "cookie" }],
  attachments: [],
});
