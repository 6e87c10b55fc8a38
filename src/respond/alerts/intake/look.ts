import type { Millis, Outbox } from "#kernel";
import type { Serving } from "./answer.ts";
import { lookAtHeartbeats } from "./heartbeats.ts";
import type { Finding } from "./topics.ts";
import type { Counts } from "./counts.ts";

/** So long control may be away before its absence is what keeps senders silent. */
const deafMs = 10_000;

type Looking = Serving & { counts: Counts; outbox: Outbox<Finding> };

/** What is done each second: heartbeats, and the groups whose time has come. */
export class Look {
  readonly #of: Looking;
  /** When control was there last: senders come in through it. */
  #heardAt: Millis;
  #hearsSince: Millis;

  constructor(of: Looking) {
    this.#of = of;
    this.#heardAt = this.#hearsSince = of.outpost.clock.now();
  }

  async look(): Promise<void> {
    const { outpost, desk, pictured, tally, litter, counts, outbox } = this.#of;
    const { clock } = outpost;
    litter.clear();
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
    const work = { desk, picture, tally, litter, now, id: () => clock.id() };
    await lookAtHeartbeats(work, this.#hearsSince);
    const notices = desk.isTelling ? [] : desk.board.flush(now, picture.silences, () => clock.id());
    if (notices.length === 0 && !desk.isTelling) return;
    await desk.tell(notices);
    await outbox.flush();
  }
}
