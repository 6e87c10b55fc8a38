import { Ghost } from "../cache/ghost.ts";
import { Exchange } from "../exchange.ts";
import type { Lane } from "../lanes.ts";
import { RequestHead } from "../request-head.ts";
import type { Sum } from "../tallies.ts";

/** A copy must not become a second crowd: so many are on their way per route and worker. */
const underWayMax = 64;
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Sends copies of requests to another service, whose answers nobody waits for. Only safe requests without a body are copied. */
export class Mirror {
  readonly #lane: Lane;
  readonly #share: number;
  readonly #counts: { answered: Sum; failed: Sum; left: Sum };
  readonly #chance: () => number;
  #underWay = 0;

  constructor(of: {
    lane: Lane;
    share: number;
    counts: { answered: Sum; failed: Sum; left: Sum };
    chance: () => number;
  }) {
    this.#lane = of.lane;
    this.#share = of.share;
    this.#counts = of.counts;
    this.#chance = of.chance;
  }

  /** Called once per request that goes on to an instance. */
  copy({ client, head, bytes }: Exchange): void {
    if (!safeMethods.has(head.method) || head.hasBody || head.wantsUpgrade) return;
    if (this.#chance() >= this.#share) return;
    if (this.#underWay >= underWayMax) {
      this.#counts.left.add();
      return;
    }
    const { plane } = client;
    const own = new RequestHead(plane.requestLimits);
    own.reset(head.base, plane.requestLimits);
    own.parse(bytes, bytes.length);
    this.#underWay++;
    const over = (count: Sum) => (): void => {
      this.#underWay--;
      count.add();
    };
    const ghost = new Ghost(client, {
      isInBackground: true,
      fetched: over(this.#counts.answered),
      failed: over(this.#counts.failed),
      cutOff: over(this.#counts.failed),
    });
    const exchange = new Exchange(ghost, own, bytes, this.#lane);
    ghost.exchange = exchange;
    exchange.dispatch();
  }
}
