import type { Millis, Tally } from "#kernel";
import { received } from "../contract.ts";
import { type Alert, isFiring } from "../model/alert.ts";
import type { Desk } from "./desk.ts";
import { admit, type Incoming } from "./incoming.ts";
import type { Litter } from "./litter.ts";
import type { Picture, Sender } from "./picture.ts";

/** What a request is worked on with. */
export type Work = {
  desk: Desk;
  picture: Picture;
  tally: Tally;
  litter: Litter;
  now: Millis;
  id(): string;
};
export type Named = { name: string; intake: Pick<Sender, "labels"> };

export const count = ({ tally }: Work, intake: string, outcome: string, many = 1): void => {
  if (many > 0) tally.sum(received, { intake, outcome }).add(many);
};

/** Takes what can be taken, and says what cannot and why. What it took is on disk. */
export async function take(
  work: Work,
  { name, intake }: Named,
  sent: readonly Incoming[],
): Promise<string[]> {
  const { desk, now, picture } = work;
  const taken: Alert[] = [];
  const wrong: string[] = [];
  let left = 0;
  const hasLabels = Object.keys(intake.labels).length > 0;
  for (const each of sent) {
    const labels = hasLabels ? { ...intake.labels, ...each.labels } : each.labels;
    const alert = admit({ ...each, labels }, now, picture.resolveTimeoutMs);
    if (typeof alert === "string") wrong.push(alert);
    else if (isNewBeyond(desk, alert, picture.alertsMax)) left++;
    else taken.push(alert);
  }
  await desk.receive(taken, now);
  const firing = taken.reduce((sum, alert) => sum + (isFiring(alert, now) ? 1 : 0), 0);
  count(work, name, "firing", firing);
  count(work, name, "resolved", taken.length - firing);
  count(work, name, "invalid", wrong.length);
  count(work, name, "too-many", left);
  return wrong;
}

/** Senders must not be slowed, or they drop: what is too much is taken and left out. */
const isNewBeyond = ({ board }: Desk, { fingerprint }: Alert, max: number): boolean =>
  board.entries.size >= max && !board.entries.has(fingerprint);
