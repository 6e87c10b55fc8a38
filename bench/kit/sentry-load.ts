import { packedOf, withHead } from "./gzip-head.ts";
import { type Sending, sendOver } from "./raw-sender.ts";
import { bugs, eventHead, eventRest } from "./sentry-events.ts";

/**
 * The load of `npm run bench errors`, a process of its own: events of fifty kilobytes as SDKs send them, gzip, each with an id, a
 * text and a user of its own, over kept-alive connections. It runs on the cores that are measured, so what can be packed is packed before.
 * Arguments: URL of the envelope endpoint, seconds, connections, events a second (0: as many as are taken), how many to make. Prints one JSON object.
 */
const [url = "", seconds = "60", connections = "32", pace = "0", count = "2000"] =
  process.argv.slice(2);
const models = Number(count);
const bugOf = (model: number): number => Math.floor(bugs * (model / models) ** 2);

const rests = Array.from({ length: models }, (_, n) => packedOf(`${eventRest(n, bugOf(n))}\n`));
const mean = (of: (each: (typeof rests)[number]) => number): number =>
  rests.reduce((sum, each) => sum + of(each), 0) / models;

const life = Math.floor(Math.random() * 2 ** 32)
  .toString(16)
  .padStart(8, "0");
let drawn = 0;
function next(): Sending {
  const n = drawn++;
  const model = (n * 7) % models;
  const id = life + n.toString(16).padStart(24, "0");
  const head = `{"event_id":"${id}","sent_at":"${new Date().toISOString()}"}\n{"type":"event"}\n{"event_id":"${id}",${eventHead(n, bugOf(model))}`;
  return { id, body: withHead(head, rests[model] as (typeof rests)[number]) };
}

const load = await sendOver(new URL(url), {
  ...{ seconds: Number(seconds), connections: Number(connections), perSecond: Number(pace) },
  next,
});
const [bytes, packedBytes] = [mean((each) => each.bytes), mean((each) => each.deflated.length)];
console.log(JSON.stringify({ ...load, bytes, packedBytes }));
