import { type Effects, on, type Reaction } from "#kernel";
import * as incidents from "../../respond/incidents/contract.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import type { Head } from "./contract.ts";
import { fingerprintOf } from "./figures.ts";
import { docOf, headsIn, shelf } from "./shelf.ts";

type Fx = Effects<Config>;
/** Older lessons of the same kind are history; the newest is the one that should have helped. */
const backMs = 366 * 86_400_000;

/** The old post-mortem is open again, with what was never done. What it is already open for, it is not opened for twice. */
async function reopen(fx: Fx, old: Head, incident: string, why: string): Promise<void> {
  if (old.recurrences.includes(incident)) return;
  const undone = old.actions
    .filter(({ state }) => state !== "done")
    .map(({ action, says }) => ({ action, says }));
  const { postMortem } = old;
  await fx.record(postMortem, [contract.recurred({ postMortem, incident, why, undone })], {
    id: `post-mortems/recurred/${postMortem}/${incident}`,
  });
}

export const recurrenceReactions: readonly Reaction[] = [
  on("post-mortems.same-sign", incidents.declared, async ({ event: { data }, at }, fx: Fx) => {
    const sign = fingerprintOf(fx, data);
    if (sign === null) return;
    const [old] = headsIn(
      fx.tables(shelf),
      "SELECT head FROM post_mortems_shelf WHERE fingerprint = ? AND incident <> ? AND started_at > ? AND state <> 'imported' ORDER BY started_at DESC LIMIT 1",
      ...[sign, data.incident, at - backMs],
    );
    if (old) await reopen(fx, old, data.incident, "the same sign came again");
  }),
  on("post-mortems.same-cause", contract.causeNamed, async ({ event: { data } }, fx: Fx) => {
    const doc = docOf(fx, data.postMortem);
    if (!doc || data.cause === "unknown" || doc.services.length === 0) return;
    const found = headsIn(
      fx.tables(shelf),
      `SELECT s.head FROM post_mortems_shelf s WHERE s.id <> ? AND s.started_at < ? AND s.started_at > ? AND s.state <> 'imported'
         AND json_extract(s.head, '$.cause') = ? ORDER BY s.started_at DESC LIMIT 50`,
      ...[data.postMortem, doc.startedAt, doc.startedAt - backMs, data.cause],
    );
    const old = found.find(({ services }) => services.some((each) => doc.services.includes(each)));
    if (old)
      await reopen(fx, old, doc.incident, `${data.cause} again, in ${old.services.join(", ")}`);
  }),
];
