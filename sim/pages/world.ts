import type { Effects, Recorded } from "#kernel";
import {
  type Castor,
  castor,
  defaults,
  type Fate,
  httpApi,
  memoryDisk,
  type MemoryLog,
  noNet,
  openMemoryLog,
  testAuth,
  testPorts,
  Unavailable,
  Unknown,
} from "#kernel/testing";
import { SeededRandom } from "../../src/kernel/clock/seeded.ts";
import {
  groupChanged,
  groupClosed,
  groupOpened,
  type GroupTold,
} from "../../src/respond/alerts/contract.ts";
import { aGroup, alerts, person, phone, slices } from "../../src/respond/paging/world.testing.ts";

const minuteMs = 60_000;
const troubleMs = 12 * minuteMs;
/** Everything works at the end, for longer than an acknowledgement lasts. */
const calmMs = 22 * minuteMs;
const restartMsMax = 90_000;
const stepMs = 1_000;

const teams = {
  shop: {
    layers: [
      {
        members: ["ann", "ben"],
        start: "2025-12-31 00:00",
        every: "1h",
        hours: [{ from: "00:04", to: "23:00" }],
      },
    ],
  },
};
const configured = (people: object): object => ({
  paging: {
    address: "https://castor.example",
    ...{ people, fallback: "siren", fuse: { calls: 4, within: "5m" } },
    policies: {
      default: {
        steps: [
          { who: ["team:shop"], after: "2m" },
          { who: ["cem"], after: "3m" },
          { who: ["everyone"], after: "5m" },
        ],
        acknowledgedFor: "10m",
      },
    },
  },
  "on-call": { teams },
});

/** How unlucky this world is; drawn from the seed, so that some worlds are calm and some are not. */
type Luck = {
  log: number;
  slow: number;
  kill: number;
  phones: number;
  drops: number;
  answers: number;
  closes: number;
};

export type Asked = {
  at: number;
  id: string;
  kind: string;
  thread: string;
  isMaybeDuplicate: boolean;
  fate: string;
};
/** What is left when the dust has settled. */
export type Settled = {
  facts: Recorded[];
  asked: Asked[];
  downs: { from: number; to: number }[];
  now: number;
  kills: number;
  castor: Castor;
};

/** Castor's pages on virtual time: alerts come and go, channels fail, people answer or sleep, and it is killed at any moment. */
export class PagesWorld {
  readonly #random: SeededRandom;
  readonly #luck: Luck;
  readonly #ports;
  readonly #disk = memoryDisk();
  readonly #config: Record<string, unknown>;
  readonly #asked: Asked[] = [];
  readonly #downs: { from: number; to: number }[] = [];
  #castor: Castor | undefined;
  #log: MemoryLog | undefined;
  #isCalm = true;
  #kills = 0;
  #groups = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#ports = testPorts({ seed });
    const draw = (max: number): number => this.#random.unit() * max;
    this.#luck = {
      ...{
        log: draw(0.15),
        slow: draw(300),
        kill: draw(0.02),
        phones: draw(0.7),
        drops: draw(0.3),
      },
      ...{ answers: draw(0.5), closes: draw(0.6) },
    };
    this.#ports.net = { ...noNet, fetch: (url, init) => this.#phone(url, init) };
    const late = phone("ann-late", { name: "late", after: "40s" });
    const people = {
      ann: { channels: [phone("ann"), late] },
      ...{ ben: person("ben"), cem: person("cem", { wakes: "00:12", sleeps: "23:30" }) },
      siren: person("siren"),
    };
    const given = configured(people) as Record<string, unknown>;
    this.#config = {
      ...defaults(slices),
      ...Object.fromEntries(
        Object.entries(given).map(([id, value]) => [
          id,
          slices.find((each) => each.id === id)?.config.parse(value),
        ]),
      ),
    };
  }

  get #now(): number {
    return this.#ports.clock.now();
  }

  async run(): Promise<Settled> {
    await this.#boot();
    this.#isCalm = false;
    const startedAt = this.#now;
    void this.#sender(startedAt + troubleMs);
    void this.#trouble(startedAt + troubleMs);
    await this.#pass(troubleMs + restartMsMax + minuteMs);
    this.#isCalm = true;
    if (!this.#castor) await this.#pass(restartMsMax);
    await this.#pass(calmMs);
    const running = this.#castor;
    if (!running) throw new Error("Castor did not come back.");
    return {
      facts: running.facts.page({ after: 0, limit: 1_000_000 }),
      ...{ asked: this.#asked, downs: this.#downs, now: this.#now, kills: this.#kills },
      castor: running,
    };
  }

  async #pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += minuteMs) await this.#ports.clock.advance(minuteMs);
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
        this.#castor = await castor(slices, ports, { config: this.#config });
        return;
      } catch (error) {
        if (!(error instanceof Unavailable) && !(error instanceof Unknown)) throw error;
        await clock.sleepUntil(this.#now + 250);
      }
  }

  #delay(): number {
    return this.#isCalm ? 0 : Math.floor(this.#random.unit() * this.#luck.slow);
  }

  #fate(): Fate {
    const roll = this.#isCalm ? 1 : this.#random.unit();
    if (roll < this.#luck.log / 3) return "unavailable";
    if (roll < (2 * this.#luck.log) / 3) return "written but unknown";
    return roll < this.#luck.log ? "lost and unknown" : "written";
  }

  async #phone(url: string, init: RequestInit = {}): Promise<Response> {
    const body = JSON.parse(String(init.body)) as {
      type: string;
      id: string;
      thread: string;
      isMaybeDuplicate: boolean;
      actions: { action: string; url: string }[];
    };
    const roll = this.#isCalm ? 1 : this.#random.unit();
    const { phones, drops, answers } = this.#luck;
    const fate =
      roll < phones / 3
        ? "hangs"
        : roll < phones
          ? "fails"
          : roll < phones + (1 - phones) * drops
            ? "drops"
            : "taken";
    const { type: kind, id, thread, isMaybeDuplicate } = body;
    this.#asked.push({ at: this.#now, id, kind, thread, isMaybeDuplicate, fate });
    void url;
    if (fate === "hangs") return await new Promise(() => undefined);
    await this.#ports.clock.sleepUntil(this.#now + Math.floor(this.#random.unit() * 2_000));
    if (fate === "fails")
      return new Response("later", { status: this.#random.unit() < 0.3 ? 404 : 503 });
    const tap = body.actions.find(
      ({ action }) => action === (this.#random.unit() < 0.9 ? "acknowledge" : "escalate"),
    );
    if (fate === "taken" && tap && this.#random.unit() < answers) void this.#tap(tap.url);
    return new Response("ok");
  }

  async #tap(url: string): Promise<void> {
    await this.#ports.clock.sleepUntil(this.#now + Math.floor(this.#random.unit() * 3 * minuteMs));
    const running = this.#castor;
    if (!running) return;
    const api = httpApi({ castor: running, auth: testAuth({ clock: this.#ports.clock }) });
    await api(
      new Request(`http://castor${new URL(url).pathname}`, { method: "POST" }),
      "127.0.0.1",
    ).catch(() => undefined);
  }

  /** Groups open, get worse, and close. */
  async #sender(until: number): Promise<void> {
    const { clock } = this.#ports;
    while (this.#now < until) {
      await clock.sleepUntil(this.#now + Math.floor(this.#random.unit() * 4 * minuteMs));
      const severity =
        (["critical", "error", "warning"] as const)[Math.floor(this.#random.unit() * 3)] ?? "error";
      void this.#problem(aGroup({ group: `g-${++this.#groups}`, severity, since: this.#now }));
    }
  }

  async #problem(told: GroupTold): Promise<void> {
    const { clock } = this.#ports;
    await this.#tell("opened", told);
    if (this.#random.unit() < 0.3) {
      await clock.sleepUntil(this.#now + Math.floor(this.#random.unit() * 10 * minuteMs));
      await this.#tell("changed", { ...told, severity: "critical", why: "worse" });
    }
    if (this.#random.unit() >= this.#luck.closes) return;
    await clock.sleepUntil(this.#now + Math.floor(this.#random.unit() * 20 * minuteMs));
    await this.#tell("closed", { ...told, why: "resolved", quiet: true, firing: 0 });
    if (this.#random.unit() < 0.3)
      await this.#tell("opened", { ...told, why: "reopened", quiet: true });
  }

  /** Alerts keep what they took until the log has it. */
  async #tell(kind: "opened" | "changed" | "closed", told: GroupTold): Promise<void> {
    const def = { opened: groupOpened, changed: groupChanged, closed: groupClosed }[kind];
    const id = `told.${told.group}.${kind}.${told.why}`;
    for (;;) {
      const running = this.#castor;
      const fx: Effects | undefined = running?.effects(alerts, {
        actor: { kind: "system", id: "alerts" },
      });
      const done = await fx?.record(`groups/${told.group}`, [def(told)], { id }).then(
        () => true,
        () => false,
      );
      if (done === true) return;
      await this.#ports.clock.sleepUntil(this.#now + stepMs);
    }
  }

  /** kill -9 at any moment, and back after a while. */
  async #trouble(until: number): Promise<void> {
    while (this.#now < until) {
      await this.#ports.clock.sleepUntil(this.#now + Math.floor(this.#random.unit() * 2 * stepMs));
      if (this.#random.unit() >= this.#luck.kill || !this.#castor) continue;
      this.#kills++;
      this.#log?.tear();
      this.#castor.abandon();
      this.#castor = undefined;
      const from = this.#now;
      await this.#ports.clock.sleepUntil(from + Math.floor(this.#random.unit() * restartMsMax));
      await this.#boot();
      this.#downs.push({ from, to: this.#now });
    }
  }
}
