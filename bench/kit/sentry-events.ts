import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");
const framesEach = 36;
/** In how many ways each bug is reached. */
const waysEach = 5;
const linesAround = 5;
const breadcrumbsEach = 100;
const bytesWanted = 50_000;
export const bugs = 60;

const pick = <T>(from: readonly T[], n: number): T => from[Math.abs(n) % from.length] as T;
/** The same for the same numbers, and nothing alike for neighbours (the finalizer of MurmurHash3). */
function mixed(n: number, salt = 0): number {
  let hash = Math.imul(n ^ (salt * 0x9e3779b9), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
const hex = (n: number, salt: number, digits: number): string =>
  Array.from({ length: Math.ceil(digits / 8) }, (_, at) =>
    mixed(n, salt + at)
      .toString(16)
      .padStart(8, "0"),
  )
    .join("")
    .slice(0, digits);

/** The program that breaks is this one: its lines are as various as those of any other. */
const sources = [...new Glob("src/**/*.ts").scanSync(root)]
  .toSorted()
  .filter((path) => !path.includes(".test."))
  .map((path) => ({ path, lines: readFileSync(join(root, path), "utf8").split("\n") }))
  .filter(({ lines }) => lines.length > 60);
const packages = Object.entries(
  (
    JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version?: string }>;
    }
  ).packages,
).flatMap(([path, { version }]): [string, string][] =>
  path.startsWith("node_modules/") && version ? [[path.slice(13), version]] : [],
);
const vocabulary = [
  ...new Set(
    sources.flatMap(({ lines }) =>
      lines.slice(0, 60).flatMap((line) => line.match(/[a-z]{4,12}/g) ?? []),
    ),
  ),
];
const word = (n: number, salt: number): string => pick(vocabulary, mixed(n, salt));
const words = (n: number, salt: number, count: number): string =>
  Array.from({ length: count }, (_, at) => word(n, salt + at)).join(" ");

/** One step of the `way`th way to a bug: the later half is the bug's own. */
function frame(bug: number, way: number, at: number): object {
  const from = at < framesEach / 2 ? bug * waysEach + way + 1_000 : bug;
  const { path, lines } = pick(sources, mixed(from, at));
  const line = linesAround + (mixed(from, 100 + at) % (lines.length - 2 * linesAround));
  const isLibrary = at % 3 === 0;
  return {
    filename: isLibrary
      ? `/srv/shop/node_modules/${word(at, 7)}/dist/${path}`
      : `/srv/shop/${path}`,
    module: path.replaceAll("/", ".").replace(/\.ts$/, ""),
    function: `${word(from, 200 + at)}.${word(from, 300 + at)}`,
    lineno: line + 1,
    colno: 1 + (mixed(from, at) % 60),
    in_app: !isLibrary,
    pre_context: lines.slice(line - linesAround, line),
    context_line: lines[line],
    post_context: lines.slice(line + 1, line + 1 + linesAround),
  };
}

const startedAt = Date.now() / 1_000;
/** A program's pages, tables and buttons are a fixed set. */
const place = (n: number, salt: number): string => word(mixed(n, salt) % 40, 60);
const breadcrumbs: readonly ((n: number, salt: number) => object)[] = [
  (n, salt) => ({
    type: "http",
    category: "http",
    data: {
      url: `https://api.example/${place(n, salt)}/${hex(n, salt, 12)}?${place(n, salt + 1)}=${mixed(n, salt) % 1e6}`,
      status_code: pick([200, 200, 204, 304, 404], mixed(n, salt)),
      "http.method": pick(["GET", "GET", "POST"], mixed(n, salt + 2)),
      "http.response.body.size": mixed(n, salt) % 90_000,
    },
  }),
  (n, salt) => ({
    category: "console",
    level: pick(["info", "log", "warning"], mixed(n, salt)),
    message: `${words(n, salt, 6)} ${mixed(n, salt) % 10_000} ms for ${hex(n, salt + 1, 8)}`,
  }),
  (n, salt) => ({
    category: "query",
    message: `SELECT ${place(n, salt)}, ${place(n, salt + 1)} FROM ${place(n, salt + 2)} WHERE id = ${mixed(n, salt)}`,
    data: { duration_ms: (mixed(n, salt) % 9_000) / 100, rows: mixed(n, salt) % 40 },
  }),
  (n, salt) => ({
    category: "ui.click",
    message: `body > div#${place(n, salt)} > form.${place(n, salt + 1)} > button[name="${place(n, salt + 2)}"]`,
  }),
];

const contexts = (n: number): object => ({
  trace: { trace_id: hex(n, 20, 32), span_id: hex(n, 30, 16) },
  runtime: { name: "node", version: "v20.20.2" },
  app: { app_start_time: "2026-11-20T08:00:00.000Z", app_memory: mixed(n, 14) },
  os: { name: "Debian", version: "12", kernel_version: "6.1.0-27-amd64" },
  device: {
    arch: "x64",
    memory_size: 8_325_115_904,
    free_memory: mixed(n, 15),
    processor_count: 8,
  },
  order: {
    items: Array.from({ length: 8 }, (_, at) => ({ sku: hex(n, 40 + at, 10), count: at })),
  },
});

/** What differs most from event to event stands first: who had it, and what it says. Ends within the first exception. */
export function eventHead(n: number, bug: number): string {
  const user = { id: `u${mixed(n, 7) % 20_000}`, email: `${word(n, 8)}@example.org` };
  const type = pick(["TypeError", "RangeError", "Error"], bug);
  const value = `no ${word(bug, 1)} for booking ${mixed(n)} of ${word(bug, 2)}`;
  return `"timestamp":${startedAt},"user":${JSON.stringify(user)},"exception":{"values":[{"type":"${type}","value":"${value}",`;
}

/** The nth event of fifty kilobytes, as an SDK in a Node server makes it, without its id. `bug` says which of `bugs` it is. */
export const eventText = (n: number, bug: number): string =>
  `{${eventHead(n, bug)}${eventRest(n, bug)}`;

/** What follows on the head: a stack with source lines, contexts, modules, a hundred breadcrumbs that differ each time. */
export function eventRest(n: number, bug: number): string {
  const frames = Array.from({ length: framesEach }, (_, at) =>
    frame(bug, mixed(n, 16) % waysEach, at),
  );
  const mechanism = { type: "generic", handled: n % 2 === 0 };
  const stack = `"stacktrace":${JSON.stringify({ frames })},"mechanism":${JSON.stringify(mechanism)}}]},`;
  const event = {
    level: "error",
    platform: "node",
    environment: pick(["production", "production", "staging"], mixed(n, 3)),
    release: `shop@1.${mixed(n, 4) % 5}.0`,
    server_name: `web-${mixed(n, 5) % 12}`,
    transaction: `POST /${word(bug, 6)}/:id`,
    tags: { tenant: `t${mixed(n, 9) % 300}`, "feature.flag": pick(["a", "b"], mixed(n, 10)) },
    request: {
      url: `https://shop.example/${word(bug, 6)}/${mixed(n)}?page=${n % 90}`,
      method: "POST",
      headers: {
        host: "shop.example",
        "user-agent": `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${120 + (mixed(n, 11) % 36)}.0.0.0 Safari/537.36`,
        cookie: `session=${hex(n, 12, 32)}; theme=dark`,
        accept: "*/*",
        "accept-language": "en-GB,en;q=0.9",
        "x-request-id": hex(n, 13, 32),
      },
    },
    contexts: contexts(n),
    sdk: { name: "sentry.javascript.node", version: "11.12.0" },
    modules: Object.fromEntries(packages.slice(0, 120)),
    breadcrumbs: [] as object[],
  };
  let length = stack.length + JSON.stringify(event).length;
  for (let at = 0; at < breadcrumbsEach || length < bytesWanted; at++) {
    const crumb = {
      timestamp: startedAt - 60 + at / 2,
      ...pick(breadcrumbs, mixed(n, at))(n, 50 + 3 * at),
    };
    length += JSON.stringify(crumb).length + 1;
    event.breadcrumbs.push(crumb);
    if (length > bytesWanted) break;
  }
  return stack + JSON.stringify(event).slice(1);
}
