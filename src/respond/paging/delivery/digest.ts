import type { Effects, Millis } from "#kernel";
import { configNow } from "../chosen/chosen.ts";
import { channelName, type Config } from "../config.ts";
import { intended } from "../contract.ts";
import { deliveryStream } from "../escalation/decide.ts";
import { turnsOf } from "../escalation/desk.ts";
import type { Page } from "../escalation/page.ts";
import { pagesView } from "../escalation/pages.ts";
import { deliveries } from "./deliveries.ts";

/** What comes in a storm comes together: the first digest waits so long, further ones come so often. */
const gatherMs: Millis = 15_000;
const digestEveryMs: Millis = 5 * 60_000;
const pagesMax = 5_000;

type Row = { page: string };

/** What went into somebody's digest and still needs somebody. */
export function foldedFor(fx: Pick<Effects, "tables" | "view">, person: string): Page[] {
  const { pages } = fx.view(pagesView);
  return fx
    .tables(deliveries)
    .all<Row>(
      `SELECT DISTINCT page FROM paging_deliveries WHERE person = ? AND state = 'folded' AND page IS NOT NULL
        ORDER BY made_at DESC LIMIT ?`,
      ...[person, pagesMax],
    )
    .flatMap(({ page }) => {
      const known = pages[page];
      return known?.phase === "triggered" ? [known] : [];
    });
}

/** Sees to it that a digest of somebody is under way: one at a time, and not more often than they can read. */
export async function callDigest(fx: Effects<Config>, person: string): Promise<void> {
  await turnsOf(fx).take(`digest ${person}`, async () => {
    const last = fx
      .tables(deliveries)
      .get<{ call: number; state: string; due_at: number }>(
        "SELECT call, state, due_at FROM paging_deliveries WHERE person = ? AND kind = 'digest' ORDER BY call DESC LIMIT 1",
        person,
      );
    if (last?.state === "intended") return;
    const call = (last?.call ?? 0) + 1;
    const at = Math.max(fx.now + gatherMs, (last?.due_at ?? 0) + digestEveryMs);
    const channels = configNow(fx).people[person]?.channels ?? [];
    const events = channels.map((each) => {
      const channel = channelName(each);
      const delivery = `digest.${call}.${person}.${channel}`;
      return intended(
        { delivery, page: null, person, channel, kind: "digest", call, at: at + each.after },
        { stream: deliveryStream(delivery) },
      );
    });
    if (events.length > 0)
      await fx.record(`digests/${person}`, events, { id: `paging.digest.${person}.${call}` });
  });
}
