import { textOf } from "../bytes.ts";
import type { Chance } from "../ejection.ts";
import type { Exchange } from "../exchange.ts";
import type { Instance } from "../instance.ts";
import { Breaker, type BreakerTurn } from "./breaker.ts";
import { Patience } from "./patience.ts";
import type { CareTarget } from "./settings.ts";
import { shareOf } from "./slow-start.ts";

/** What a breaker's turns are told as. */
export type CareFact =
  | { what: "breaker-opened"; service: string; requests: number; errors: number; forMs: number }
  | { what: "breaker-closed"; service: string; openMs: number };

/** One request, as far as the choice of an instance looks at it. */
export type Asked = Pick<Exchange, "head" | "bytes"> & {
  plane: Pick<Exchange["plane"], "now" | "hash" | "chance">;
};

const question = 63;

/** How one service is cared for at this worker. What is not asked for is absent and costs nothing. */
export class Care {
  target: CareTarget;
  breaker: Breaker | undefined = undefined;
  patience: Patience | undefined = undefined;
  #hashed: Buffer | undefined = undefined;
  #hash = 0;

  constructor(target: CareTarget) {
    this.target = target;
    this.become(target);
  }

  /** Takes over new settings; what was learned stays. */
  become(target: CareTarget): void {
    this.target = target;
    const { breaker, patience } = target;
    if (breaker === undefined) this.breaker = undefined;
    else if (this.breaker === undefined) this.breaker = new Breaker(breaker);
    else this.breaker.target = breaker;
    if (patience === undefined) this.patience = undefined;
    else if (this.patience === undefined) this.patience = new Patience(patience);
    else this.patience.target = patience;
  }

  /** Should this request go elsewhere if it can: because the instance is new, or just failed to answer this? */
  spares(instance: Instance, asked: Asked | undefined): boolean {
    if (asked === undefined) return false;
    const { now, chance } = asked.plane;
    const { slowStartMs } = this.target;
    if (instance.startedAt !== 0 && slowStartMs > 0) {
      const share = shareOf(instance, slowStartMs, now);
      if (share < 1 && chance() >= share) return true;
    }
    return !instance.sick.isEmpty && instance.sick.has(this.pathOf(asked), now);
  }

  /** Has it failed so much of late that it should rest? */
  rests({ sick }: Instance, asked: { plane: { now: number } } | undefined): boolean {
    const { saint } = this.target;
    if (saint === undefined || asked === undefined || sick.isEmpty) return false;
    return sick.isTired(asked.plane.now, saint);
  }

  /** How an instance is cared for now. */
  of(instance: Instance, now: number): { share: number; sickPaths: number; resting: boolean } {
    const { slowStartMs } = this.target;
    return {
      share: slowStartMs === 0 ? 1 : shareOf(instance, slowStartMs, now),
      sickPaths: instance.sick.count(now),
      resting: this.rests(instance, { plane: { now } }),
    };
  }

  /** The path, without its query, as a number; remembered for the request that was looked at last. */
  pathOf({ head, bytes, plane }: Asked): number {
    const target = bytes.subarray(head.pathStart, head.targetEnd);
    const query = target.indexOf(question);
    const path = query < 0 ? target : target.subarray(0, query);
    if (this.#hashed?.equals(path) !== true) {
      this.#hash = plane.hash(textOf(path, 0, path.length));
      this.#hashed = Buffer.from(path);
    }
    return this.#hash;
  }

  /** May a request be sent at all? */
  admits(now: number, chance: Chance): boolean {
    const { breaker } = this;
    if (breaker === undefined || breaker.state === "closed") return true;
    const share = breaker.share(now);
    return share >= 1 || chance() < share;
  }

  /** Called each second. */
  look(now: number): BreakerTurn | undefined {
    this.patience?.look();
    return this.breaker?.look(now);
  }
}
