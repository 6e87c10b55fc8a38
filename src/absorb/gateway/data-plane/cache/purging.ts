import type { Purge, Target } from "../../../cache/contract.ts";
import { variantMark } from "./asked.ts";
import type { Stored } from "./stored.ts";

/** Is this among what a purge means? */
export const isMeant = (target: Target, stored: Pick<Stored, "key" | "tags">): boolean =>
  isMeantByUrl(target, stored.key) ||
  (target.tag !== undefined && stored.tags.includes(target.tag));

const isMeantByUrl = (target: Target, key: string): boolean =>
  (target.url !== undefined && (target.url === key || key.startsWith(target.url + variantMark))) ||
  (target.prefix !== undefined && key.startsWith(target.prefix));

/** Could what is still being fetched turn out to be meant? Its tags are not known yet. */
export const couldBeMeant = (target: Target, key: string): boolean =>
  target.tag !== undefined || isMeantByUrl(target, key);

/** Purges as they arrive, by the bus or in the picture: each is new once. */
export class Purges {
  seen = 0;

  #hasLooked = false;

  /** Those of a picture that were not seen yet; `"missed"` when some came and went unseen, or when it counts anew. */
  unseen(purges: readonly Purge[]): readonly Purge[] | "missed" {
    const isFirst = !this.#hasLooked;
    this.#hasLooked = true;
    // Later on, the bus may be ahead of the picture.
    if (isFirst && (purges.at(-1)?.seq ?? 0) < this.seen) {
      this.seen = 0;
      return "missed";
    }
    const news = purges.filter(({ seq }) => seq > this.seen);
    const first = news[0];
    if (first !== undefined && first.seq > this.seen + 1 && this.seen > 0) return "missed";
    return news;
  }

  note(purge: Purge): void {
    this.seen = Math.max(this.seen, purge.seq);
  }
}
