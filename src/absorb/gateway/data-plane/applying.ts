import type { Plane } from "./plane.ts";
import type { GatewaySnapshot } from "./snapshot.ts";

/** A port that somebody else holds is tried again this often. */
const applyAgainMs = 1_000;

/** Applies each snapshot, and tries again when a port is not free yet. */
export class Applying {
  version = 0;
  readonly #plane: Plane;
  readonly #onApplied: (version: number) => void;
  readonly #onRefused: (why: string) => void;
  #again: Timer | undefined = undefined;
  /** The version that was refused last: told once, tried each second. */
  #refused = 0;

  constructor(
    plane: Plane,
    hear: { onApplied: (version: number) => void; onRefused: (why: string) => void },
  ) {
    this.#plane = plane;
    this.#onApplied = hear.onApplied;
    this.#onRefused = hear.onRefused;
  }

  take(version: number, value: GatewaySnapshot): void {
    clearTimeout(this.#again);
    try {
      this.#plane.apply(value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`gateway: Snapshot ${version} could not be applied: ${why}\n`);
      if (this.#refused !== version) this.#onRefused(why);
      this.#refused = version;
      this.#again = setTimeout(() => this.take(version, value), applyAgainMs);
      return;
    }
    this.version = version;
    this.#onApplied(version);
  }

  stop(): void {
    clearTimeout(this.#again);
  }
}
