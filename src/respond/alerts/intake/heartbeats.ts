import type { Effects } from "#kernel";
import type { Config } from "../config.ts";
import { fingerprintOf } from "../model/labels.ts";
import { isFiring } from "../model/alert.ts";
import { untilSaidMs } from "../wire/read.ts";
import { deskFor, take } from "./take.ts";

const everyMs = 5 * 60_000;

/** A heartbeat that is late is an alert, and is over with the next one that is heard. */
export async function lookAtHeartbeats(fx: Effects<Config>): Promise<void> {
  const desk = deskFor(fx);
  for (const { name, at } of desk.beats()) {
    const intake = fx.config.intakes[name];
    if (intake?.format !== "heartbeat") continue;
    const isLate = fx.now > at + (intake.every ?? everyMs);
    const labels = { ...intake.labels, alertname: "HeartbeatMissed", heartbeat: name };
    const known = desk.board.entries.get(fingerprintOf(labels))?.alert;
    const isOpen = known !== undefined && isFiring(known, fx.now);
    if (isLate === isOpen) continue;
    const summary = `Nothing was heard of ${name}`;
    const startsAt = isLate ? fx.now : (known?.startsAt ?? fx.now);
    const endsAt = isLate ? fx.now + untilSaidMs : fx.now;
    await take(fx, { name, intake }, [{ labels, annotations: { summary }, startsAt, endsAt }]);
  }
}
