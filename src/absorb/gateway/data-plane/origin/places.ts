import type { Instance } from "../instance.ts";
import { Level } from "./level.ts";
import type { ConcurrencyTarget } from "./settings.ts";

/** The places for requests at one instance, as this worker hands them out. */
export class Places {
  readonly settings: ConcurrencyTarget;
  readonly level: Level;
  taken = 0;

  constructor(settings: ConcurrencyTarget) {
    this.settings = settings;
    this.level = new Level(settings);
  }

  get isFull(): boolean {
    return this.taken >= this.level.limit;
  }
}

/** The places of an instance under a new description: what was found stays found while the description is the same. */
export function placesFor(
  known: Places | undefined,
  settings: ConcurrencyTarget | undefined,
): Places | undefined {
  if (settings === undefined) return undefined;
  if (known === undefined || !Bun.deepEquals(known.settings, settings)) return new Places(settings);
  return known;
}

/** Takes a place at this instance; none where nobody counts them. */
export function takePlace({ places }: Instance): Places | undefined {
  if (places !== undefined) places.taken++;
  return places;
}
