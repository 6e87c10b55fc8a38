import { gzipSync } from "node:zlib";
import { bugs, eventText } from "./sentry-events.ts";

/**
 * The load of `npm run bench errors`, a process of its own: events of fifty kilobytes as SDKs send them, gzip, each with an id of
 * its own, over kept-alive connections. Arguments: URL of the envelope endpoint, seconds, connections. Prints one JSON object.
 */
const [url = "", seconds = "60", connections = "32"] = process.argv.slice(2);
const bodies = 400;

const made = Array.from({ length: bodies }, (_, n) =>
  eventText(n, Math.floor(bugs * (n / bodies) ** 2)),
);
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
    const body = Buffer.concat([head, rests[(n * 7) % bodies] as Buffer]);
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
