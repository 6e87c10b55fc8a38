import { isRefusal } from "#kernel";
import { memoryDisk, openMemoryLog, testCastor, type TestCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { Config, showOf } from "./config.ts";
import { doorsOpened, published, publishing } from "./contract/facts.ts";
import { live } from "./index.ts";
import { MemoryNode } from "./node.testing.ts";

const question = { text: "Which one?", choices: ["this", "that"], right: "that", window: "10s" };
const ids = ["one", "two", "three"];
const config = {
  shows: {
    final: {
      title: "The final",
      participantsMax: 100,
      dimensions: { age: ["young", "old"], country: ["ES", "FR", "GB"] },
      questions: Object.fromEntries(ids.map((id) => [id, question])),
      ...{ finalists: 0, keepAnswers: "1h" },
      privacy: { epsilonPerQuestion: 0.1, epsilonPerShow: 0.25 },
    },
  },
};
type Fate = "written" | "unavailable" | "written but unknown" | "lost and unknown";

const wishes = {
  ...{ "open-doors": {}, arm: {}, reveal: { in: "1s" }, close: {}, publish: {} },
};
const ask = ["arm", "reveal", "close"] as const;

/** A Castor that is killed and started again on the same log, and whose disk does what it likes to publications. */
class Mortal {
  readonly fates: Fate[] = [];
  readonly #disk = memoryDisk();
  readonly #first = testPorts();
  #castor: TestCastor | undefined;

  /** As after `kill -9`: what the log holds is all that is left. */
  async restart(): Promise<void> {
    await this.#castor?.[Symbol.asyncDispose]();
    const { clock, snapshots } = this.#first;
    const fate = ({ events }: { events: readonly { type: string }[] }): Fate =>
      /publish/.test(events[0]?.type ?? "") ? (this.fates.shift() ?? "written") : "written";
    const log = openMemoryLog({ clock, disk: this.#disk, faults: { fate } });
    const ports = { ...testPorts({ clock }), snapshots, log };
    const { shape } = showOf("final", Config.parse(config).shows["final"] as never);
    // It serves its part of the bus for as long as that lives.
    void new MemoryNode(ports, shape);
    const equipment = { machine: { outpostCommand: () => ["castor"] }, sealer: ports.sealer };
    this.#castor = await testCastor([live, settings], {
      ...{ ports, equipment, config: { live: config } },
    });
  }

  get castor(): TestCastor {
    if (this.#castor === undefined) throw new Error("It is not started.");
    return this.#castor;
  }

  /** What the disk does not take fails, and may be tried again. */
  async run(verb: keyof typeof wishes, show: string, id?: string): Promise<void> {
    const question = id === undefined ? {} : { question: id };
    await this.castor.run(`live.${verb}`, { show, ...question, ...wishes[verb] }).catch(() => {});
  }
}

type Told = { spent: number; paid: number; unpaid: number };

/** What each performance has told, by the log; a rehearsal that begins anew is another one. */
function told(mortal: Mortal): Told[] {
  const runs: Told[] = [];
  const latest = new Map<string, { told: Told; prices: Map<string, number> }>();
  for (const { event } of mortal.castor.facts()) {
    if (event.type === doorsOpened.type) {
      const begun = { told: { spent: 0, paid: 0, unpaid: 0 }, prices: new Map<string, number>() };
      runs.push(begun.told);
      const { show, run } = doorsOpened.schema.parse(event.data);
      latest.set(show, begun).set(`${show}/${run}`, begun);
    }
    if (event.type === publishing.type) {
      const { show, question, epsilonThousandths } = publishing.schema.parse(event.data);
      const run = latest.get(show);
      if (run) run.told.paid += epsilonThousandths;
      run?.prices.set(question, epsilonThousandths);
    }
    if (event.type === published.type) {
      const { show, run: nth, question, tables } = published.schema.parse(event.data);
      const run = latest.get(`${show}/${nth}`);
      const parts = tables.reduce((sum, each) => sum + (each.epsilonThousandths ?? Infinity), 0);
      if (run) run.told.spent += parts;
      // Each price pays for one publication, to the thousandth.
      if (run && run.prices.get(question) !== parts) run.told.unpaid++;
      run?.prices.delete(question);
    }
  }
  return runs;
}

test("a control that dies after drawing and before writing publishes once, and so does one that never heard whether it was written", async () => {
  for (const fate of ["lost and unknown", "unavailable", "written but unknown"] as const) {
    const mortal = new Mortal();
    await mortal.restart();
    await mortal.run("open-doors", "final");
    for (const verb of ask) await mortal.run(verb, "final", "one");
    mortal.fates.push("written", fate);
    await mortal.run("publish", "final", "one");
    await mortal.restart();
    await mortal.castor.advance(120_000);
    expect(mortal.castor.types().filter((type) => type === "live.published")).toHaveLength(1);
    expect(told(mortal)).toEqual([{ spent: 100, paid: 100, unpaid: 0 }]);
    const again = await mortal.castor.run("live.publish", { show: "final", question: "one" });
    expect(isRefusal(again)).toBe(false);
    expect(told(mortal)[0]?.paid).toBe(100);
    await mortal.castor[Symbol.asyncDispose]();
  }
});
