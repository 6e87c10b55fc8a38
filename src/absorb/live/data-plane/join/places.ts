import { join } from "node:path";
import type { Hall } from "../hall.ts";
import { Indices } from "./indices.ts";
import { type Given, Turns } from "./turns.ts";

/** What somebody joins with: the group of their values, and their turn where a waiting room let them in. */
export type Joining = { group: number; turn?: string | undefined };

export type PlacesOptions = {
  node: number;
  nodes: number;
  participantsMax: number;
  path: string;
  /** Which numbers were given out was lost with all else of the node: two people would share a voice. */
  isLost(): boolean;
};

/** The numbers that one node gives out in a run. Whoever joins, at whichever node's door, gets one of the node that counts them. */
export class Places {
  readonly #of: PlacesOptions;
  #indices: Indices | undefined;
  #turns: Turns | undefined;

  constructor(of: PlacesOptions) {
    this.#of = of;
  }

  get isLost(): boolean {
    return this.#of.isLost();
  }

  /** Undefined when this node has no more. */
  give({ group, turn }: Joining): Given | undefined {
    if (this.isLost) return undefined;
    const turns = turn === undefined ? undefined : this.#knownTurns();
    // The first values stand: who asks again with others is the same person.
    const known = turn === undefined ? undefined : turns?.find(turn);
    if (known) return known;
    this.#indices ??= new Indices(this.#of);
    const index = this.#indices.take();
    if (index === undefined) return undefined;
    if (turn !== undefined) turns?.keep(turn, { index, group });
    return { index, group };
  }

  #knownTurns(): Turns {
    return (this.#turns ??= new Turns(`${this.#of.path}-by-turn`));
  }
}

export type PlacesOf = (hall: Hall) => Places;

/** The places of each run of a node, made when somebody first joins. */
export function placesIn({ node, folder }: { node: number; folder: string }): PlacesOf {
  const known = new WeakMap<Hall, Places>();
  return (hall) => {
    const { run, nodes, shape } = hall.run;
    const path = join(folder, run, "given");
    const isLost = (): boolean =>
      (hall.run.lives?.[hall.node] ?? hall.engine.epoch) !== hall.engine.epoch;
    const { participantsMax } = shape;
    const places = known.get(hall) ?? new Places({ node, nodes, path, participantsMax, isLost });
    known.set(hall, places);
    return places;
  };
}
