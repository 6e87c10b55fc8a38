import { isFiring } from "../model/alert.ts";
import { type PagerEvent, readEventV1, readEventV2 } from "../wire/pagerduty.ts";
import { invalid, processed } from "../wire/replies.ts";
import { count, type Named, take, type Work } from "./take.ts";

/** PagerDuty's events, in version 2 or 1. */
export async function pagerduty(
  work: Work,
  sender: Named,
  of: { path: string; json(): unknown },
): Promise<Response> {
  const isFirst = of.path.endsWith("create_event.json");
  const event = (isFirst ? readEventV1 : readEventV2)(of.json(), work.now);
  if (Array.isArray(event)) return invalid(event);
  const key = await enqueue(work, sender, event);
  if (key === undefined) return invalid(["refused"]);
  return isFirst ? processed({ incident_key: key }, 200) : processed({ dedup_key: key });
}

async function enqueue(work: Work, sender: Named, event: PagerEvent): Promise<string | undefined> {
  const { action, alert } = event;
  const { desk, now } = work;
  const key = event.key ?? work.id();
  const entry = desk.board.withKey(sender.name, key);
  const open = entry && isFiring(entry.alert, now) ? entry : undefined;
  if (action === "trigger") {
    const own = { ...alert.labels, intake: sender.name, dedup_key: key };
    const labels = open ? { ...open.alert.labels } : own;
    const mistakes = await take(work, sender, [{ ...alert, labels }]);
    return mistakes.length === 0 ? key : undefined;
  }
  // There is nothing to end or to acknowledge: that is fine with senders.
  if (!open) return key;
  if (action === "resolve") {
    const { labels, annotations } = open.alert;
    const over = { labels: { ...labels }, annotations: { ...annotations }, endsAt: now };
    await take(work, sender, [{ ...over, startsAt: Math.min(open.alert.startsAt, now) }]);
    return key;
  }
  count(work, sender.name, "acknowledged");
  await desk.acknowledged(open, sender.name);
  return key;
}
