import { BodyRefused, decodeBody, type Effects, readBytes, Room } from "#kernel";
import { type Config, policyOf } from "../config.ts";
import { received } from "../contract.ts";
import { type Alert, isFiring } from "../model/alert.ts";
import { type Desk, openDesk } from "./desk.ts";
import { admit, type Incoming } from "./incoming.ts";
import type { Opened } from "./door.ts";

const bodyBytesMax = 16_000_000;
/** Bodies that are being read, together. */
const room = new Room(64_000_000);

/** A request's body as text. Throws BodyRefused. */
export async function textBody(request: Request, bytesMax = bodyBytesMax): Promise<string> {
  const share = room.share();
  try {
    const sent = await readBytes(request, bytesMax, share);
    const body = decodeBody(sent, request.headers.get("content-encoding"), bytesMax);
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  } finally {
    share.giveBack();
  }
}

/** A request's body as JSON. Throws BodyRefused. */
export async function jsonBody(request: Request, bytesMax = bodyBytesMax): Promise<unknown> {
  const text = await textBody(request, bytesMax);
  try {
    return JSON.parse(text);
  } catch {
    throw new BodyRefused(400, "The body is no JSON.");
  }
}

export const deskFor = (fx: Effects<Config>): Desk => openDesk(fx, policyOf(fx.config));

/** Takes what can be taken, and says what cannot and why. What it took is on disk. */
export async function take(
  fx: Effects<Config>,
  { name, intake }: Opened,
  sent: readonly Incoming[],
): Promise<string[]> {
  const desk = deskFor(fx);
  const { now } = fx;
  const { resolveTimeout, alertsMax } = fx.config;
  const taken: Alert[] = [];
  const wrong: string[] = [];
  let left = 0;
  const hasLabels = Object.keys(intake.labels).length > 0;
  for (const each of sent) {
    const labels = hasLabels ? { ...intake.labels, ...each.labels } : each.labels;
    const alert = admit({ ...each, labels }, now, resolveTimeout);
    if (typeof alert === "string") wrong.push(alert);
    else if (isNewBeyond(desk, alert, alertsMax)) left++;
    else taken.push(alert);
  }
  await desk.receive(taken, now);
  const count = (outcome: string, many: number): void => {
    if (many > 0) fx.count(received, { intake: name, outcome }, many);
  };
  const firing = taken.reduce((sum, alert) => sum + (isFiring(alert, now) ? 1 : 0), 0);
  count("firing", firing);
  count("resolved", taken.length - firing);
  count("invalid", wrong.length);
  count("too-many", left);
  return wrong;
}

/** Senders must not be slowed, or they drop: what is too much is taken and left out. */
const isNewBeyond = ({ board }: Desk, { fingerprint }: Alert, max: number): boolean =>
  board.entries.size >= max && !board.entries.has(fingerprint);
