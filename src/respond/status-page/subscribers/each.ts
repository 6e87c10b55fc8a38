import type { Effects } from "#kernel";
import type { Config } from "../config.ts";
import type { Kind } from "./roster.ts";
import type { Due } from "./sendings.ts";
import { sendingsOf } from "./store.ts";

type Fx = Effects<Config>;
type Lane = {
  kind: Kind;
  /** So many are asked at once, and so many of those that failed the last time. */
  togetherMax: number;
  failingMax: number;
  tell(fx: Fx, due: Due): Promise<void>;
};

const lookAgainMs = 1_000;

/**
 * Tells whoever is due over this way, each by itself: who does not answer holds nobody up, and those that failed the last
 * time take their part of the room at most. One subscriber hears one thing at a time. Ends when nobody is waited for.
 */
export async function tellEach(fx: Fx, lane: Lane): Promise<void> {
  const asking = new Map<string, { isFailing: boolean; done: Promise<void> }>();
  const sendings = sendingsOf(fx);
  const begin = (due: Due, isFailing: boolean): void => {
    const { id } = due.subscriber;
    if (asking.has(id)) return;
    const done = lane
      .tell(fx, due)
      .catch(async (error: unknown) => {
        fx.note(`A subscriber was not told: ${String(error)}`);
        // Whatever broke is still due: it keeps its place for a moment instead of being tried at once, again and again.
        await fx.sleep(lookAgainMs);
      })
      .finally(() => asking.delete(id));
    asking.set(id, { isFailing, done });
  };
  const fill = (isFailing: boolean, room: number): void => {
    if (room <= 0) return;
    const of = { kind: lane.kind, isFailing, limit: room, without: [...asking.keys()] };
    for (const due of sendings.due(fx.now, of)) begin(due, isFailing);
  };
  do {
    fill(false, lane.togetherMax - asking.size);
    const failing = [...asking.values()].filter(({ isFailing }) => isFailing).length;
    fill(true, Math.min(lane.togetherMax - asking.size, lane.failingMax - failing));
    const next = [...asking.values()].map(({ done }) => done);
    if (next.length > 0) await Promise.race([...next, fx.sleep(lookAgainMs)]);
  } while (asking.size > 0 && !fx.signal.aborted);
}
