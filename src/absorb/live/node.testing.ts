import type { TestPorts } from "#kernel/testing";
import { NodeRequest, nodeCluster } from "./contract/orders.ts";
import type { ShowShape } from "./contract/shape.ts";
import { outcome } from "./contract/shape.ts";
import { Count } from "./engine/count.ts";
import type { AnswerRecord } from "./engine/record.ts";
import { packed } from "./nodes/forwarding.ts";

/** A node that counts in memory and says so on the bus: control's side of a show can be tested without its process. */
export class MemoryNode {
  readonly count: Count;
  rawFiles = 3;
  isAway = false;
  /** Which life of its count this is: another one has lost what the first counted. */
  epoch: string;
  readonly #number: number;
  readonly #recorded: AnswerRecord[] = [];

  constructor(ports: TestPorts, shape: ShowShape, number = 0) {
    this.count = new Count(shape);
    this.#number = number;
    this.epoch = `life-${number}`;
    ports.bus.serve(nodeCluster(number), {
      request: async ({ body }) => this.#reply(NodeRequest.parse(body)),
    });
  }

  answer(
    question: number,
    of: { index: number; choice: number; group?: number; latencyMs?: number },
  ): void {
    this.count.open(question);
    const record = { question, group: 0, latencyMs: 1_000, ...of };
    const verdict = { outcome: outcome.recorded as number as never, choice: -1 };
    this.count.judge(record, verdict);
    if (verdict.outcome !== outcome.recorded) return;
    this.count.apply(record);
    this.#recorded.push(record);
  }

  #reply(asked: NodeRequest): unknown {
    if (this.isAway) throw new Error("away");
    switch (asked.do) {
      case "tell":
        return {
          ...{ run: asked.run, node: this.#number, epoch: this.epoch, at: 0 },
          questions: this.count.questions.map((_, question) => ({
            ...{ question, phase: "closed", cells: [...this.count.cells(question)] },
          })),
          figures: {
            ...{
              connections: 0,
              relays: 0,
              recorded: this.count.recorded,
              repeated: 0,
              refused: {},
            },
            ...{
              perSecond: 0,
              ackMsP50: 0,
              ackMsP99: 0,
              syncMs: 0,
              cpuShare: 0,
              memoryBytes: 0,
              fanOutMs: 0,
              logBytes: 0,
            },
          },
        };
      case "top":
        return this.count.standings.top(asked.count);
      case "place":
        return this.count.standings.rank(asked.index) ?? null;
      case "better":
        return this.count.standings.better(asked.right, asked.latencyMs);
      case "raw":
        return this.rawFiles;
      case "answers":
        return { answers: packed(this.#recorded), next: null };
      default:
        throw new Error(`not asked in these tests: ${asked.do}`);
    }
  }
}
