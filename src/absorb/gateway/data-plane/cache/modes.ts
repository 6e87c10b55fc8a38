import type { HarderMode, Picture, StaleMode } from "../../../cache/contract.ts";
import type { Ruled } from "./rules.ts";
import type { Stored } from "./stored.ts";
import type { Reading } from "./terms.ts";

/** Which pages a mode speaks of. */
type About = Pick<Stored, "key" | "service">;

const holds = (mode: StaleMode, { key, service }: About, now: number): boolean =>
  mode.startedAt <= now &&
  now < mode.endsAt &&
  (mode.prefix === undefined || key.startsWith(mode.prefix)) &&
  (mode.service === undefined || mode.service === service);

/** What the operator has declared for a while. A mode ends by its own time here, with or without control. */
export class Modes {
  readonly #stale: readonly StaleMode[];
  readonly #harder: readonly HarderMode[];

  constructor({ stale, harder }: Pick<Picture, "stale" | "harder">) {
    this.#stale = stale;
    this.#harder = harder;
  }

  stale(about: About, now: number): StaleMode | undefined {
    if (this.#stale.length === 0) return undefined;
    return this.#stale.find((mode) => holds(mode, about, now));
  }

  harder(about: About, now: number): HarderMode | undefined {
    if (this.#harder.length === 0) return undefined;
    return this.#harder.find((mode) => holds(mode, about, now));
  }

  /** How responses are read now: under a harder mode, those that say nothing stay fresh for a while. */
  reading({ rule }: Ruled, about: About, now: number): Reading {
    const freshMs = this.harder(about, now)?.freshMs ?? 0;
    return freshMs > rule.unmarkedMs ? { ...rule, unmarkedMs: freshMs } : rule;
  }
}
