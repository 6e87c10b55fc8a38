import type { Effects, Millis } from "#kernel";
import type { Config } from "../config.ts";
import { type Alert, isFiring } from "../model/alert.ts";
import { fingerprintOf, type Labels } from "../model/labels.ts";
import { untilSaidMs } from "../wire/read.ts";
import { admit } from "./incoming.ts";
import { deskFor } from "./take.ts";

/** What Castor itself says is wrong, from then on. */
export type OwnAlert = { labels: Labels; annotations: Labels; at: Millis };

/** An alert of Castor's own, until `ends` is told of the same labels. Told twice it is once. On disk once it resolves. */
export async function begins(fx: Effects<Config>, own: OwnAlert): Promise<void> {
  const { at, labels, annotations } = own;
  const sent = { labels: { ...labels }, annotations: { ...annotations } };
  const of = { ...sent, startsAt: at, endsAt: at + untilSaidMs };
  const alert = admit(of, fx.now, fx.config.resolveTimeout);
  if (typeof alert !== "string") await deskFor(fx).receive([alert], fx.now);
}

/** What has exactly these labels is over; nothing happens where it is not open or began after `at`. */
export async function ends(
  fx: Effects<Config>,
  { labels, at }: Pick<OwnAlert, "labels" | "at">,
): Promise<void> {
  const desk = deskFor(fx);
  const known = desk.board.entries.get(fingerprintOf(labels))?.alert;
  if (!known || !isFiring(known, fx.now) || known.startsAt > at) return;
  await desk.receive([{ ...known, endsAt: fx.now, updatedAt: fx.now }], fx.now);
}

/** An alert as it was said to begin or to end. */
export type Past = { at: Millis; alert: Alert };
/** What came in over a stretch of the past, oldest first. */
export const pastOf = (
  fx: Effects<Config>,
  { from, to }: { from: Millis; to: Millis },
): Promise<Past[]> => Promise.resolve(deskFor(fx).past(from, to));
