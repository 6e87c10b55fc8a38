import type { Admission } from "./admission/admission.ts";
import type { Gate } from "./admission/gate.ts";
import { type Compression, compressionOf } from "./compression/compression.ts";
import { type Fallback, fallbackTo } from "./fallback/fallback.ts";
import { Hedge } from "./origin/hedge.ts";
import { type Rules, rulesOf } from "./rules/rules.ts";
import type { Service } from "./service.ts";
import type { GatewaySnapshot, Route } from "./snapshot.ts";
import { type Forks, forksOf, noForks } from "./splitting/forks.ts";
import type { OriginCost, Sum, Tallies } from "./tallies.ts";

/** A route with what this worker holds for it. */
export type Lane = {
  route: Route;
  service: Service;
  classes: readonly Sum[];
  cost: OriginCost;
  gate: Gate | undefined;
  rules: Rules | undefined;
  /** Absent where nobody is asked twice. */
  hedge: Hedge | undefined;
  compression: Compression | undefined;
  fallback: Fallback | undefined;
} & Forks;

type Parts = {
  tallies: Tallies;
  admission: Admission;
  hash: (text: string) => number;
  chance: () => number;
};

/** Makes routes ready for requests; a new snapshot goes on counting where the one before it stopped. */
export class Lanes {
  readonly #parts: Parts;
  #hedges = new Map<string, Hedge>();
  #counts = new Map<string, Pick<Lane, "classes" | "cost">>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What makes the lanes of one snapshot. */
  from(config: GatewaySnapshot, services: ReadonlyMap<string, Service>): (route: Route) => Lane {
    const compressions = new Map<string, Compression>();
    const fallbackOf = ({ fallback, ...route }: Route): Fallback | undefined =>
      fallback && fallbackTo(fallback, laneTo({ ...route, service: fallback.service }, noForks));
    const laneTo = (route: Route, forks: Forks): Lane => {
      const service = services.get(route.service);
      if (service === undefined) throw new Error(`Route ${route.id} leads to no service.`);
      const counts = this.#countsOf(route);
      const { classes } = counts;
      return {
        route,
        service,
        ...counts,
        gate: this.#parts.admission.gateOf(route, classes),
        rules: rulesOf({ route, tls: config.tls, classes }),
        compression: compressionOf(compressions, route.compression),
        fallback: fallbackOf(route),
        hedge: this.#hedgeOf(route),
        ...forks,
      };
    };
    return (route) => {
      const isPlain = route.split === undefined && route.mirror === undefined;
      return laneTo(route, isPlain ? noForks : forksOf(route, { ...this.#parts, laneTo }));
    };
  }

  #hedgeOf({ id, service, hedge }: Route): Hedge | undefined {
    if (hedge === undefined) return undefined;
    const key = `${id} ${service}`;
    const known = this.#hedges.get(key);
    const kept =
      known !== undefined && Bun.deepEquals(known.target, hedge) ? known : new Hedge(hedge);
    this.#hedges.set(key, kept);
    return kept;
  }

  #countsOf({ id, service }: Route): Pick<Lane, "classes" | "cost"> {
    const { tallies } = this.#parts;
    const key = `${id} ${service}`;
    const counts = this.#counts.get(key) ?? {
      classes: tallies.classesOf(id, service),
      cost: tallies.costOf(id, service),
    };
    this.#counts.set(key, counts);
    return counts;
  }
}
