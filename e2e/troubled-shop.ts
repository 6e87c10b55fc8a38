/** Errors as a shop has them: sixty different bugs, some often, some once, over releases, people and browsers. */
type Event = Record<string, unknown>;

const bugs: readonly (readonly [type: string, value: string, at: string, line: string])[] = [
  [
    "TypeError",
    "Cannot read properties of undefined (reading 'cents')",
    "totalOf",
    "return cart.price.cents * cart.count;",
  ],
  ["TypeError", "basket.items is not iterable", "linesOf", "for (const item of basket.items) {"],
  [
    "RangeError",
    "Invalid currency code : EURO",
    "priceIn",
    "new Intl.NumberFormat(of, { style, currency });",
  ],
  [
    "PaymentDeclined",
    "The bank said no: insufficient funds",
    "charge",
    "throw new PaymentDeclined(answer.reason);",
  ],
  [
    "TimeoutError",
    "The operation was aborted due to timeout",
    "askStock",
    "const answer = await fetch(url, { signal });",
  ],
  [
    "SyntaxError",
    "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
    "readAnswer",
    "return JSON.parse(text);",
  ],
  [
    "DatabaseError",
    "deadlock detected",
    "reserve",
    "await sql`update stock set held = held + ${n}`;",
  ],
  [
    "ConnectionRefused",
    "connect ECONNREFUSED 10.0.0.12:6379",
    "sessionOf",
    "const session = await cache.get(id);",
  ],
  ["AssertionError", "an order has at least one line", "place", "assert(order.lines.length > 0);"],
  [
    "NotFoundError",
    "There is no product 4411",
    "productOf",
    "throw new NotFoundError(`There is no product ${id}`);",
  ],
];
const areas = ["checkout", "search", "account", "mail", "returns", "admin"];
const releases = ["shop@2.3.0", "shop@2.4.0", "shop@2.4.1"];
const browsers = ["Chrome", "Firefox", "Safari"];

/** How many different bugs there are. */
export const bugCount = bugs.length * areas.length;

function frames(area: string, at: string, line: string): Event[] {
  const own = (name: string, lineno: number, context: string): Event => ({
    ...{ filename: `/srv/shop/src/${area}/${name}.js`, function: name, lineno, in_app: true },
    pre_context: [`export async function ${name}(given) {`, "  const started = clock.now();"],
    context_line: `  ${context}`,
    post_context: ["  log.debug({ started });", "}"],
  });
  const library = (name: string, lineno: number): Event => ({
    ...{ filename: "node_modules/hono/dist/compose.js", function: name, lineno, in_app: false },
  });
  return [
    { filename: "node:internal/process/task_queues", function: "run", lineno: 105, in_app: false },
    library("dispatch", 22),
    library("handler", 31),
    own(`${area}Page`, 40, `const shown = await ${at}(given);`),
    own(at, 12 + at.length, line),
  ];
}

/** The n-th event of the shop; those of one bug differ in who, where and when. `agoMs` is how long ago it happened. */
export function troubleOf(bug: number, times: number, agoMs: number): Event {
  const [type, value, at, line] = bugs[bug % bugs.length] ?? ["Error", "", "main", ""];
  const area = areas[Math.floor(bug / bugs.length)] ?? "shop";
  const when = (Date.now() - agoMs) / 1000;
  return {
    event_id: crypto.randomUUID().replaceAll("-", ""),
    platform: "node",
    level: bug % 7 === 0 ? "fatal" : "error",
    timestamp: when,
    release: releases[(bug + times) % releases.length],
    environment: times % 5 === 4 ? "staging" : "production",
    user: { id: `${bug}-${times % 9}`, ip_address: "203.0.113.9" },
    tags: { browser: browsers[(bug + times) % 3], area },
    request: {
      url: `https://shop.example/${area}?token=4f1d9c52b7e04a6f8d3b5c7e9a1f2d60`,
      method: "POST",
      headers: { cookie: "session=4f1d9c52b7e04a6f", "user-agent": "Mozilla/5.0" },
    },
    breadcrumbs: {
      values: [
        { timestamp: when - 9, category: "navigation", message: `/${area}` },
        { timestamp: when - 4, category: "ui.click", message: `button#${at}` },
        {
          ...{ timestamp: when - 1, category: "fetch", level: "error" },
          data: { method: "POST", url: `/api/${area}/${at}`, status_code: 500 },
        },
      ],
    },
    exception: {
      values: [
        {
          ...{ type, value, mechanism: { type: "generic", handled: bug % 3 !== 0 } },
          stacktrace: { frames: frames(area, at, line) },
        },
      ],
    },
  };
}

/** Sends an event as an SDK does, to a DSN. */
export async function sendTo(dsn: string, event: Event): Promise<void> {
  const { protocol, host, username, pathname } = new URL(dsn);
  const [, before = "", project = ""] = /^(.*)\/([^/]+)$/.exec(pathname) ?? [];
  const url = `${protocol}//${host}${before}/api/${project}/store/?sentry_key=${username}&sentry_version=7`;
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(event) });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.body?.cancel();
}
