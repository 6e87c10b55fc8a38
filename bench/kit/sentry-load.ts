import { gzipSync } from "node:zlib";

/**
 * The load of `npm run bench errors`, a process of its own: events of fifty kilobytes as SDKs send them, gzip, each with an id of
 * its own, over kept-alive connections. Arguments: URL of the envelope endpoint, seconds, connections. Prints one JSON object.
 */
const [url = "", seconds = "60", connections = "32"] = process.argv.slice(2);
const bugs = 60;
const bodies = 400;
const bytesWanted = 50_000;

const pick = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;
const words =
  "cart price refund booking voucher payout gateway ledger seat quota parcel mirror".split(" ");

function frames(bug: number): object[] {
  return Array.from({ length: 32 }, (_, at) => ({
    filename:
      at % 3 === 0
        ? `/srv/shop/node_modules/lib${at}/index.js`
        : `/srv/shop/src/${pick(words, at + bug)}.js`,
    function: at === 31 ? `${pick(words, bug)}Of${bug}` : `${pick(words, at)}Step${at}`,
    lineno: 10 + at,
    colno: 7,
    in_app: at % 3 !== 0,
    pre_context: [`  const ${pick(words, at)} = await read(${at});`, "  if (!it) return;", ""],
    context_line: `  return ${pick(words, at)}.find((each) => each.id === id).value * ${at};`,
    post_context: ["}", "", `export const ${pick(words, at + 1)} = 1;`],
  }));
}

function eventText(n: number): string {
  const bug = Math.floor(bugs * ((n / bodies) * (n / bodies)));
  const event = {
    platform: "node",
    level: "error",
    timestamp: Date.now() / 1_000,
    environment: pick(["production", "staging"], n),
    release: `shop@1.${n % 5}.0`,
    server_name: `web-${n % 4}`,
    transaction: `POST /${pick(words, bug)}/:id`,
    user: { id: `u${n * 7}`, email: `u${n}@example.org` },
    tags: { tenant: `t${n % 30}`, "feature.flag": pick(["a", "b"], n) },
    request: {
      url: `https://shop.example/${pick(words, bug)}/${n}?page=${n}`,
      method: "POST",
      headers: {
        "User-Agent": "Mozilla/5.0 Chrome/156.0.0.0 Safari/537.36",
        Cookie: `s=${n}`,
        accept: "*/*",
      },
    },
    contexts: {
      runtime: { name: "node", version: "v20.20.2" },
      os: { name: "Debian", version: "12" },
    },
    sdk: { name: "sentry.javascript.node", version: "11.12.0" },
    exception: {
      values: [
        {
          type: pick(["TypeError", "RangeError", "Error"], bug),
          value: `no ${pick(words, bug)} for booking ${n} of ${pick(words, bug + 3)}`,
          stacktrace: { frames: frames(bug) },
          mechanism: { type: "generic", handled: n % 2 === 0 },
        },
      ],
    },
    breadcrumbs: [] as object[],
    modules: Object.fromEntries(
      Array.from({ length: 80 }, (_, at) => [`@scope/module-${at}`, `1.${at}.0`]),
    ),
  };
  for (let at = 0; JSON.stringify(event).length < bytesWanted; at++)
    for (let of = 0; of < 10; of++)
      event.breadcrumbs.push({
        timestamp: Date.now() / 1_000,
        type: "http",
        category: pick(["http", "console", "ui.click", "query"], at + of),
        level: "info",
        message: `${pick(words, at * of + n)} ${n * 31 + at * 10 + of} loaded in ${at + of} ms for ${pick(words, n + of)}`,
        data: {
          url: `https://api.example/${pick(words, of)}/${n * 13 + at}`,
          status_code: 200,
          method: "GET",
        },
      });
  return JSON.stringify(event);
}

const made = Array.from({ length: bodies }, (_, n) => eventText(n));
// Two gzip members are one gzip file: only the id, at the front, is packed anew for each event.
const rests = made.map((text) => gzipSync(`${text.slice(1)}\n`));
const bytes = made.reduce((sum, text) => sum + text.length, 0) / bodies;
const packedBytes = rests.reduce((sum, rest) => sum + rest.length, 0) / bodies;

const life = Math.floor(Math.random() * 2 ** 32)
  .toString(16)
  .padStart(8, "0");
const latencies: number[] = [];
const statuses: Record<string, number> = {};
let sent = 0;
let waiting = 0;
const startedAt = performance.now();
const endsAt = startedAt + Number(seconds) * 1_000;

async function sender(): Promise<void> {
  while (performance.now() < endsAt) {
    const n = sent++;
    const id = life + n.toString(16).padStart(24, "0");
    const head = gzipSync(
      `{"event_id":"${id}","sent_at":"${new Date().toISOString()}"}\n{"type":"event"}\n{"event_id":"${id}",`,
      { level: 1 },
    );
    const body = Buffer.concat([head, pick(rests, n * 7)]);
    const at = performance.now();
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-encoding": "gzip" },
    });
    const told = (await answer.json()) as { id?: string };
    latencies.push(performance.now() - at);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    if (answer.status !== 200) await Bun.sleep(Math.min(100, ++waiting));
    else if (told.id !== id) throw new Error(`The answer is for ${told.id}, not ${id}.`);
  }
}
await Promise.all(Array.from({ length: Number(connections) }, sender));
const tookS = (performance.now() - startedAt) / 1_000;
latencies.sort((a, b) => a - b);
const quantile = (q: number): number =>
  latencies[Math.floor(q * (latencies.length - 1))] ?? Number.NaN;
console.log(
  JSON.stringify({
    ...{ sent: statuses[200] ?? 0, statuses, tookS, bytes, packedBytes },
    perSecond: (statuses[200] ?? 0) / tookS,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    maxMs: latencies.at(-1),
  }),
);
