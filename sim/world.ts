import { log } from "../src/platform/log/index.ts";
import { SeededRandom } from "../src/kernel/clock/seeded.ts";
import {
  type Castor,
  castor,
  defaults,
  type Fate,
  memoryDisk,
  type MemoryLog,
  openMemoryLog,
  testPorts,
  Unavailable,
  Unknown,
} from "#kernel/testing";
import type { Recorded } from "#kernel";
import { gateway } from "../src/absorb/gateway/index.ts";
import { settings } from "../src/platform/settings/index.ts";
import { catalog } from "../src/run/catalog/index.ts";
import { SimulatedKeeper } from "./keeper.ts";
import { type Bank, orders } from "./orders.ts";

/** A customer's wish and what became of it. `acked` holds the position once a definite yes came back. */
export type Wish = {
  id: string;
  name: string;
  input: { order: string };
  outcome: "waiting" | "done" | "refused" | "failed";
  acked?: number;
};

/** What the invariants look at when the dust has settled. */
export type Settled = {
  castor: Castor;
  facts: Recorded[];
  wishes: Wish[];
  now: number;
  /** When Castor was not running: no deadline can fire then. */
  downs: { from: number; to: number }[];
  crashes: number;
  keeper: SimulatedKeeper;
};

const capabilities = [log, settings, catalog, gateway, orders];
const config = {
  ...defaults(capabilities),
  catalog: catalog.config.parse({
    services: { shop: { run: "shop", instances: 3, health: { path: "/health", every: "2s" } } },
  }),
};
const machine = { cores: 1, folder: "/srv", workerCommand: (id: string) => ["worker", id] };
const configuration = { file: "castor.yaml", values: () => [] };
const customers = 8;
/** Payments go to the newest orders, so that they meet their deadlines, the bank and each other. */
const contested = 4;
const restartMsMax = 20_000;
const settleMs = 30 * 60_000;
const troubleMsMax = 24 * 3_600_000;

/** How unlucky this world is; drawn from the seed, so that some worlds are calm and some are not. */
type Luck = { fault: number; slow: number; crash: number; bank: number; net: number; kill: number };

/** A seeded world: Castor's control plane on virtual time with a disk that fails, a bank that fails, and kills at any moment. */
export class World {
  readonly random: SeededRandom;
  readonly #ports;
  readonly #disk = memoryDisk();
  readonly #luck: Luck;
  readonly #keeper: SimulatedKeeper;
  readonly #wishes: Wish[] = [];
  readonly #downs: { from: number; to: number }[] = [];
  #castor: Castor | undefined;
  #log: MemoryLog | undefined;
  /** At the start and the end nothing fails, so that there is somebody to talk to and the dust can settle. */
  #calm = true;
  #crashes = 0;
  /** Answers false to whoever waits for a process that was killed. */
  #death = Promise.withResolvers<false>();
  #orders = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.#ports = testPorts({ seed });
    const draw = (max: number): number => this.random.unit() * max;
    this.#luck = {
      fault: draw(0.1),
      slow: draw(200),
      crash: draw(0.02),
      bank: draw(0.5),
      net: draw(0.2),
      kill: draw(0.05),
    };
    this.#keeper = new SimulatedKeeper(this.#ports, {
      loses: () => !this.#calm && this.random.unit() < this.#luck.net,
      delayMs: () => (this.#calm ? 1 : Math.floor(this.random.unit() * 3_000)),
    });
    this.#ports.net = this.#keeper.net;
  }

  /** Runs `steps` steps of trouble, then lets everything settle, and shows what is left. */
  async run(steps: number): Promise<Settled> {
    await this.#boot();
    this.#calm = false;
    const people = Array.from({ length: customers }, () => this.#customer(steps));
    const trouble = this.#trouble(steps);
    let failure: unknown;
    let open = true;
    Promise.all([...people, trouble])
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        open = false;
      });
    for (let passed = 0; open; passed += 1000) {
      if (passed > troubleMsMax)
        throw new Error("The trouble did not end; somebody waits for ever.");
      await this.#ports.clock.advance(1000);
    }
    if (failure !== undefined) throw failure;
    this.#calm = true;
    if (!this.#castor) await this.#boot();
    await this.#ports.clock.advance(settleMs);
    const running = this.#castor;
    if (!running) throw new Error("Castor did not come back.");
    const facts = running.facts.page({ after: 0, limit: 1_000_000 });
    return {
      castor: running,
      facts,
      wishes: this.#wishes,
      now: this.#now,
      downs: this.#downs,
      crashes: this.#crashes,
      keeper: this.#keeper,
    };
  }

  get #now(): number {
    return this.#ports.clock.now();
  }

  async #boot(): Promise<void> {
    const { clock } = this.#ports;
    for (;;)
      try {
        this.#log = openMemoryLog({
          clock,
          disk: this.#disk,
          faults: { delayMs: () => this.#delay(), fate: () => this.#fate() },
        });
        // Views live in memory here, so every restart also proves that they can be rebuilt.
        const ports = { ...testPorts(), ...this.#ports, viewsPath: ":memory:", log: this.#log };
        this.#castor = await castor(capabilities, ports, {
          config,
          equipment: { bank: this.#bank(), machine, configuration },
        });
        return;
      } catch (error) {
        if (!(error instanceof Unavailable) && !(error instanceof Unknown)) throw error;
        await clock.sleepUntil(this.#now + 250);
      }
  }

  #bank(): Bank {
    return {
      ask: (order) => {
        if (!this.#calm && this.random.unit() < this.#luck.bank)
          throw new Error(`the bank does not answer for ${order}`);
      },
    };
  }

  #delay(): number {
    return this.#calm ? 0 : Math.floor(this.random.unit() * this.#luck.slow);
  }

  #fate(): Fate {
    const roll = this.#calm ? 1 : this.random.unit();
    if (roll < this.#luck.fault / 3) return "unavailable";
    if (roll < (2 * this.#luck.fault) / 3) return "written but unknown";
    return roll < this.#luck.fault ? "lost and unknown" : "written";
  }

  async #customer(steps: number): Promise<void> {
    for (let step = 0; step < steps / customers; step++) {
      await this.#ports.clock.sleepUntil(this.#now + Math.floor(this.random.unit() * 4000));
      await this.#wish();
    }
  }

  /** A wish is repeated with its id until the answer is definite, as every client must. */
  async #wish(): Promise<void> {
    const fresh = this.random.unit() < 0.6 || this.#orders === 0;
    const order = fresh
      ? `o${++this.#orders}`
      : `o${Math.max(1, this.#orders - Math.floor(this.random.unit() * contested))}`;
    const input = fresh ? { order, withinMs: Math.floor(this.random.unit() * 6_000) } : { order };
    const wish: Wish = {
      id: `w${this.#wishes.length}`,
      name: fresh ? "orders.place" : "orders.pay",
      input,
      outcome: "waiting",
    };
    this.#wishes.push(wish);
    for (let tries = 0; tries < 200; tries++) {
      const running = this.#castor;
      const answer =
        running && (await Promise.race([this.#attempt(running, wish), this.#death.promise]));
      if (answer === true) return;
      await this.#ports.clock.sleepUntil(this.#now + 500);
    }
    wish.outcome = "failed";
  }

  async #attempt(running: Castor, wish: Wish): Promise<boolean> {
    try {
      const { decision, ack } = await running.run(wish.name, wish.input, {
        by: { kind: "person", id: "customer" },
        id: wish.id,
      });
      if (this.#castor !== running) return false; // The process died before its answer arrived.
      wish.outcome = "refused" in decision ? "refused" : "done";
      if (ack) wish.acked = ack.position;
      return true;
    } catch (error) {
      if (error instanceof Unavailable || error instanceof Unknown) return false;
      throw error;
    }
  }

  #troubleInstances(): void {
    const ids = this.#keeper.ids();
    const id = ids[Math.floor(this.random.unit() * ids.length)];
    if (id === undefined || this.random.unit() >= this.#luck.kill) return;
    if (this.random.unit() < 0.5) this.#keeper.kill(id);
    else this.#keeper.hang(id, Math.floor(this.random.unit() * 60_000));
  }

  /** kill -9 at any moment, and back after a while. */
  async #trouble(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.#ports.clock.sleepUntil(this.#now + Math.floor(this.random.unit() * 500));
      this.#troubleInstances();
      if (this.random.unit() >= this.#luck.crash || !this.#castor) continue;
      this.#crashes++;
      this.#log?.tear();
      this.#castor.abandon();
      this.#castor = undefined;
      this.#death.resolve(false);
      this.#death = Promise.withResolvers<false>();
      const from = this.#now;
      await this.#ports.clock.sleepUntil(from + Math.floor(this.random.unit() * restartMsMax));
      await this.#boot();
      this.#downs.push({ from, to: this.#now });
    }
  }
}
