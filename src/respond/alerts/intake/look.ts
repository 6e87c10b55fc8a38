import type { Millis, Outbox } from "#kernel";
import type { Serving } from "./answer.ts";
import { lookAtHeartbeats } from "./heartbeats.ts";
import type { Finding } from "./topics.ts";
import type { Counts } from "./counts.ts";

/** Control is asked for at least so often whether it is there. */
const wordEveryMs = 3_000;
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

  /** Whether something may be told, or it is time for a word. */
  #isDue(now: Millis): boolean {
    const { desk, pictured } = this.#of;
    const hasHeartbeats = Object.values(pictured.now?.intakes ?? {}).some(
      ({ format }) => format === "heartbeat",
    );
    return (
      hasHeartbeats ||
      desk.isTelling ||
      desk.board.nextAt() <= now ||
      now - this.#heardAt >= wordEveryMs
    );
  }

  async look(): Promise<void> {
    const { outpost, desk, pictured, tally, litter, counts, outbox } = this.#of;
    const { clock } = outpost;
    litter.clear();
    const isDue = this.#isDue(clock.now());
    const isHeard = await counts.hand(isDue);
    const now = clock.now();
    // While nobody can reach Castor, silence says nothing: what is open stays so.
    if (isHeard !== true || !pictured.now) return;
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
