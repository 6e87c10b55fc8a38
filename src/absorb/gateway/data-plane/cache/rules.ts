import type { Rule } from "../../../cache/contract.ts";
import { answers, bytes as bodyBytes, type How, hows, notStored } from "../../../cache/contract.ts";
import { covers, RouteTable } from "../route-table.ts";
import type { RequestHead } from "../request-head.ts";
import { Route } from "../snapshot.ts";
import type { Sum, Tally } from "../tallies.ts";
import type { Unstorable } from "./storing.ts";

/** A rule with what is counted for it. */
export type Ruled = {
  rule: Rule;
  counts: Readonly<Record<How, Sum>>;
  fromCache: Sum;
  fromOrigin: Sum;
  /** Answers that could not be kept, by why. */
  unstored(why: Unstorable): Sum;
};

/** Which rule a request falls under: the first that its host and its path fit. */
export class Rules {
  readonly #table: RouteTable<Ruled>;
  readonly isEmpty: boolean;

  constructor(rules: readonly Rule[], tally: Tally) {
    const ruled = new Map(rules.map((rule) => [rule.id, ruledBy(rule, tally)]));
    const routes = rules.map(({ id, hosts, pathPrefix }) =>
      Route.parse({ id, hosts, pathPrefix, service: "-" }),
    );
    this.isEmpty = !rules.some(({ isOn }) => isOn);
    this.#table = new RouteTable<Ruled>(routes, ({ id }) => {
      const found = ruled.get(id);
      if (found === undefined) throw new Error(`No rule ${id}.`);
      return found;
    });
  }

  /** undefined where nothing is cached. */
  of(head: RequestHead, bytes: Buffer): Ruled | undefined {
    const ways = head.hasHost
      ? this.#table.ofHostBytes(bytes, head.hostStart, head.hostEnd)
      : this.#table.ofHost("");
    for (const way of ways) {
      if (!covers(way, bytes, head.pathStart, head.targetEnd)) continue;
      return way.lane.rule.isOn ? way.lane : undefined;
    }
    return undefined;
  }
}

function ruledBy(rule: Rule, tally: Tally): Ruled {
  const route = rule.id;
  const counts = Object.fromEntries(hows.map((how) => [how, tally.sum(answers, { route, how })]));
  const unstored = new Map<Unstorable, Sum>();
  return {
    rule,
    unstored: (why) => {
      const sum = unstored.get(why) ?? tally.sum(notStored, { route, why });
      unstored.set(why, sum);
      return sum;
    },
    counts: counts as Record<How, Sum>,
    fromCache: tally.sum(bodyBytes, { route, from: "cache" }),
    fromOrigin: tally.sum(bodyBytes, { route, from: "origin" }),
  };
}
