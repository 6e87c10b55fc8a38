import type { Millis } from "#kernel";
import { fingerprintOf } from "../model/labels.ts";
import { isFiring } from "../model/alert.ts";
import { untilSaidMs } from "../wire/read.ts";
import type { Beat } from "../wire/heartbeat.ts";
import { count, type Named, take, type Work } from "./take.ts";

const everyMs = 5 * 60_000;

/** A job that says of itself that it failed is an alert until it says that it worked; one that begins has not worked yet. */
export async function noteBeat(work: Work, named: Named, says: Beat): Promise<void> {
  const { desk, now } = work;
  const { name, intake } = named;
  count(work, name, says === "worked" ? "beat" : says);
  if (says === "begins") return;
  await desk.beat(name, now);
  const labels = { ...intake.labels, alertname: "HeartbeatFailed", heartbeat: name };
  const known = desk.board.entries.get(fingerprintOf(labels))?.alert;
  const isOpen = known !== undefined && isFiring(known, now);
  const hasFailed = says === "failed";
  if (!hasFailed && !isOpen) return;
  const annotations = { summary: `${name} says that it failed` };
  const startsAt = isOpen ? known.startsAt : now;
  const endsAt = hasFailed ? now + untilSaidMs : now;
  await take(work, named, [{ labels, annotations, startsAt, endsAt }]);
}

/** A heartbeat that is late is an alert, and is over with the next one that is heard. Nobody is late before they could be heard. */
export async function lookAtHeartbeats(work: Work, hearsSince: Millis): Promise<void> {
  const { desk, picture, now } = work;
  for (const { name, at } of desk.beats()) {
    const intake = picture.intakes[name];
    if (intake?.format !== "heartbeat") continue;
    const isLate = now > Math.max(at, hearsSince) + (intake.every ?? everyMs);
    const labels = { ...intake.labels, alertname: "HeartbeatMissed", heartbeat: name };
    const known = desk.board.entries.get(fingerprintOf(labels))?.alert;
    const isOpen = known !== undefined && isFiring(known, now);
    const isHeard = now <= at + (intake.every ?? everyMs);
    if (isLate ? isOpen : !isOpen || !isHeard) continue;
    const summary = `Nothing was heard of ${name}`;
    const startsAt = isLate ? now : (known?.startsAt ?? now);
    const endsAt = isLate ? now + untilSaidMs : now;
    await take(work, { name, intake }, [{ labels, annotations: { summary }, startsAt, endsAt }]);
  }
}
