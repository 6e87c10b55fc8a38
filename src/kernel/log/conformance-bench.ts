import { type VirtualClock, virtualClock } from "../clock/virtual.ts";
import type { Envelope, Log } from "./log.ts";
import type { Upcasters } from "./record.ts";

/** Where logs of one engine live: opened again, they are the same log. */
export interface LogWorld {
  open(of: { clock: VirtualClock; upcasters?: Upcasters }): Log;
  /** Changes what is stored behind the engine's back. */
  tamper: {
    changeData(position: number, data: string): void;
    remove(position: number): void;
    swap(one: number, other: number): void;
  };
  clean(): void;
}

/** A log in a world of its own, with what the tests say about it again and again. */
export class Bench {
  readonly clock = virtualClock({ now: 1_000_000 });
  log: Log;
  readonly world: LogWorld;
  #ids = 0;

  constructor(world: LogWorld) {
    this.world = world;
    this.log = world.open({ clock: this.clock });
  }

  async reopen(upcasters: Upcasters = {}): Promise<void> {
    await this.log.close();
    this.log = this.world.open({ clock: this.clock, upcasters });
  }

  envelope(events: Envelope["events"], more: Partial<Envelope> = {}): Envelope {
    const id = `envelope-${++this.#ids}`;
    return { id, by: { kind: "system", id: "test" }, events, ...more };
  }

  append(events: Envelope["events"], more: Partial<Envelope> = {}): ReturnType<Log["append"]> {
    return this.log.append(this.envelope(events, more));
  }
}

/** A fact for tests: `fact("boat/1", "boats.sailed", { knots: 5 })`. */
export const fact = (
  stream: string,
  type = "boats.sailed",
  data: unknown = {},
): Envelope["events"][number] => ({ stream, type, data });

/** What a promise was rejected with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error("It was not refused.");
    },
    (why: unknown) => why,
  );
