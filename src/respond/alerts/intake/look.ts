import type { Millis, Outbox, Outpost, Tally } from "#kernel";
import type { Desk } from "./desk.ts";
import { lookAtHeartbeats } from "./heartbeats.ts";
import type { Pictured } from "./pictured.ts";
import type { Finding } from "./topics.ts";
import type { Counts } from "./counts.ts";

/** So long control may be away before its absence is what keeps senders silent. */
const deafMs = 10_000;

/** What is done each second: heartbeats, and the groups whose time has come. */
export class Look {
  readonly #of: {
    outpost: Outpost;
    desk: Desk;
    pictured: Pictured;
    tally: Tally;
    counts: Counts;
    outbox: Outbox<Finding>;
  };
  /** When control was there last: senders come in through it. */
  #heardAt: Millis;
  #hearsSince: Millis;

  constructor(of: {
    outpost: Outpost;
    desk: Desk;
    pictured: Pictured;
    tally: Tally;
    counts: Counts;
    outbox: Outbox<Finding>;
  }) {
    this.#of = of;
    this.#heardAt = this.#hearsSince = of.outpost.clock.now();
  }

  async look(): Promise<void> {
    const { outpost, desk, pictured, tally, counts, outbox } = this.#of;
    const { clock } = outpost;
    const isHeard = await counts.hand();
    const now = clock.now();
    // While nobody can reach Castor, silence says nothing: what is open stays so.
    if (!isHeard || !pictured.now) return;
    if (now - this.#heardAt > deafMs) {
      desk.wasDeaf(this.#heardAt, now);
      this.#hearsSince = now;
    }
    this.#heardAt = now;
    const picture = pictured.now;
    const work = { desk, picture, tally, now, id: () => clock.id() };
    await lookAtHeartbeats(work, this.#hearsSince);
    const notices = desk.isTelling ? [] : desk.board.flush(now, picture.silences, () => clock.id());
    if (notices.length === 0 && !desk.isTelling) return;
    await desk.tell(notices);
    await outbox.flush();
  }
}
