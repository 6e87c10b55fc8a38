import { type Effects, every, type EventLike, type Reaction, reconcile, perCastor } from "#kernel";
import type { Config } from "../config.ts";
import { begins, ends } from "../reach.ts";
import { diskReaction } from "./disk.ts";
import { endOf, ownView } from "./open.ts";
import { ownFacts } from "./sources.ts";
import { uplinkReaction } from "./uplink.ts";

const lookEveryMs = 30_000;

/** What the board was told of each, by its labels. */
type Told = Map<string, { at: number; isOpen: boolean }>;
const toldOf = perCastor((): Told => new Map());

/** Brings the board in step with what Castor knows of itself; told twice it is once. */
async function tellOwn(fx: Effects<Config>): Promise<void> {
  const told = toldOf(fx);
  const known = fx.view(ownView);
  for (const [key, own] of Object.entries(known)) {
    const endedAt = endOf(own, fx.now);
    const isOpen = endedAt === undefined;
    const last = told.get(key);
    if (last?.at === own.at && last.isOpen === isOpen) continue;
    if (isOpen) await begins(fx, own);
    // After a restart nobody knows what was told before, so ends are told again too.
    else await ends(fx, { labels: own.labels, at: endedAt });
    told.set(key, { at: own.at, isOpen });
  }
  for (const key of told.keys()) if (!(key in known)) told.delete(key);
}

export const ownReactions: readonly Reaction[] = [
  reconcile("alerts.own", ownFacts as readonly EventLike[], tellOwn),
  // What nobody says the end of ends by time.
  every("alerts.own-ends", lookEveryMs, tellOwn),
  diskReaction,
  uplinkReaction,
];
