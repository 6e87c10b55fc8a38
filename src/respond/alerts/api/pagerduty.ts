import { BodyRefused, type Effects, route } from "#kernel";
import type { Config } from "../config.ts";
import { acknowledged, changeReported, received } from "../contract.ts";
import { intakeFor } from "../intake/door.ts";
import { deskFor, jsonBody, take } from "../intake/take.ts";
import { isFiring } from "../model/alert.ts";
import { type PagerEvent, readChange, readEventV1, readEventV2 } from "../wire/pagerduty.ts";

const bodyBytesMax = 512_000;
/** Senders read JSON of every answer. */
const json = (status: number, body: Record<string, unknown>): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const invalid = (errors: string[]): Response =>
  json(400, { status: "invalid event", message: "Event object is invalid", errors });
const processed = (more: Record<string, string>, status = 202): Response =>
  json(status, { status: "success", message: "Event processed", ...more });

async function enqueue(fx: Effects<Config>, event: PagerEvent): Promise<string | string[]> {
  const opened = intakeFor(fx.config, "pagerduty", [event.routingKey]);
  if (!opened) return ["No intake has this routing key"];
  const { action, alert } = event;
  const key = event.key ?? fx.id();
  const { board } = deskFor(fx);
  const entry = board.withKey(opened.name, key);
  const open = entry && isFiring(entry.alert, fx.now) ? entry : undefined;
  if (action === "trigger") {
    const own = { ...alert.labels, intake: opened.name, dedup_key: key };
    const labels = open ? { ...open.alert.labels } : own;
    return (await take(fx, opened, [{ ...alert, labels }]))[0] === undefined ? key : ["refused"];
  }
  // There is nothing to end or to acknowledge: that is fine with senders.
  if (!open) return key;
  if (action === "resolve") {
    const { labels, annotations } = open.alert;
    const over = { labels: { ...labels }, annotations: { ...annotations }, endsAt: fx.now };
    await take(fx, opened, [{ ...over, startsAt: Math.min(open.alert.startsAt, fx.now) }]);
    return key;
  }
  fx.count(received, { intake: opened.name, outcome: "acknowledged" });
  for (const each of open.groups) {
    const group = board.groups.get(each);
    if (group?.isOpen !== true) continue;
    await fx.record(`groups/${group.id}`, [acknowledged({ group: group.id, by: opened.name })]);
  }
  return key;
}

async function change(fx: Effects<Config>, body: unknown): Promise<Response> {
  const read = readChange(body, fx.now);
  if (Array.isArray(read)) return invalid(read);
  const opened = intakeFor(fx.config, "pagerduty", [read.routingKey]);
  if (!opened) return invalid(["No intake has this routing key"]);
  const { summary, source, at } = read;
  const about = { summary, at, intake: opened.name };
  await fx.record("changes", [changeReported(source === undefined ? about : { ...about, source })]);
  return processed({});
}

async function answer(request: Request, fx: Effects<Config>): Promise<Response> {
  const { pathname } = new URL(request.url, "http://castor");
  if (request.method !== "POST") return json(405, { status: "error", message: "Use POST." });
  const body = await jsonBody(request, bodyBytesMax);
  if (pathname.endsWith("/v2/change/enqueue")) return await change(fx, body);
  const isFirst = pathname.endsWith("/generic/2010-04-15/create_event.json");
  if (!isFirst && !pathname.endsWith("/v2/enqueue"))
    return json(404, { status: "error", message: "There is no such endpoint." });
  const event = (isFirst ? readEventV1 : readEventV2)(body, fx.now);
  if (Array.isArray(event)) return invalid(event);
  const key = await enqueue(fx, event);
  if (Array.isArray(key)) return invalid(key);
  return isFirst ? processed({ incident_key: key }, 200) : processed({ dedup_key: key });
}

export const pagerdutyRoute = route<Config>("ALL", "/in/pagerduty/*", {
  about: "PagerDuty's Events API, versions 2 and 1, and its change events.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    try {
      return await answer(request, fx);
    } catch (why) {
      if (why instanceof BodyRefused)
        return why.status === 400
          ? invalid([why.message])
          : json(why.status, { status: "error", message: why.message });
      fx.note(`An event could not be kept: ${String(why)}`);
      return json(503, { status: "error", message: "It could not be kept; send it again." });
    }
  },
});
