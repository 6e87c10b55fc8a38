import type { IntakeConfig } from "../config.ts";
import { noteBeat } from "./heartbeats.ts";
import type { Incoming } from "./incoming.ts";
import { isFiring } from "../model/alert.ts";
import { readBeat } from "../wire/heartbeat.ts";
import { readGeneric } from "../wire/generic.ts";
import { kumaBody, readKuma } from "../wire/kuma.ts";
import type { Understood } from "../wire/read.ts";
import { readWebhook } from "../wire/webhook.ts";
import type { Sender } from "./picture.ts";
import { count, type Named, take, type Work } from "./take.ts";

const json = (status: number, body: Record<string, unknown>): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** What somebody sent, as text or as JSON; both throw what is wrong with it. */
export type Sent = {
  method: string;
  path: string;
  query: URLSearchParams;
  type: string;
  text(): string;
  json(): unknown;
};
type Reader = (sent: Sent, work: Work, intake: Sender) => Understood | string;

function readForm({ method, query, text, type }: Sent): unknown {
  if (method !== "GET") return kumaBody(text(), type);
  const part = (name: string): unknown => JSON.parse(query.get(name) ?? "null");
  return { msg: query.get("msg"), heartbeat: part("heartbeat"), monitor: part("monitor") };
}

/** Most send JSON; some the fields of a form. */
const genericBody = ({ type, text, json }: Sent): unknown =>
  type.includes("application/x-www-form-urlencoded")
    ? Object.fromEntries(new URLSearchParams(text()))
    : json();

const webhook: Reader = (sent, { now }, { map }) => readWebhook(sent.json(), map, now);
const readers: Readonly<Partial<Record<IntakeConfig["format"], Reader>>> = {
  "alertmanager-webhook": webhook,
  grafana: webhook,
  kuma: (sent, { now }) => readKuma(readForm(sent), now),
  generic: (sent, { now }, { map }) => readGeneric(genericBody(sent), map, now),
};

/**
 * Senders with a key of their own: what was open under it keeps the labels it began with. What does not say when it began does so
 * now: an end that is far away is no beginning.
 */
function keyed(sent: Incoming, { name }: Named, { desk, now }: Work): Incoming | undefined {
  const isOver = (sent.endsAt ?? 0) <= now;
  const alert = isOver ? sent : { ...sent, startsAt: sent.startsAt ?? now };
  const key = alert.labels["dedup_key"];
  if (key === undefined) return alert;
  const entry = desk.board.withKey(name, key);
  const open = entry && isFiring(entry.alert, now) ? entry.alert : undefined;
  if (!open) return isOver ? undefined : { ...alert, labels: { ...alert.labels, intake: name } };
  const { startsAt } = open;
  return { ...alert, labels: { ...open.labels }, startsAt: Math.min(startsAt, now) };
}

/** Alerts as webhooks of various programs send them, and heartbeats. */
export async function fromSender(
  work: Work,
  { name, intake }: { name: string; intake: Sender },
  sent: Sent,
): Promise<Response> {
  if (intake.format === "heartbeat") {
    const says = readBeat(sent);
    await noteBeat(work, { name, intake }, says);
    return json(200, { heard: name, says });
  }
  const understood = readers[intake.format]?.(sent, work, intake) ?? "Nothing is understood here.";
  if (typeof understood === "string") return json(400, { error: understood });
  const { alerts, tests } = understood;
  count(work, name, "test", tests);
  const wanted = alerts.flatMap((each) => keyed(each, { name, intake }, work) ?? []);
  const wrong = await take(work, { name, intake }, wanted);
  return wrong.length > 0
    ? json(400, { error: [...new Set(wrong)].join("; ") })
    : json(200, { taken: wanted.length, tests });
}
