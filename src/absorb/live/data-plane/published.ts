import type { Outpost } from "#kernel";
import { deskCluster, PublishedAnswer } from "../contract/orders.ts";
import type { Published, QuestionResult } from "../contract/queries.ts";
import { resultOf } from "../results.ts";
import type { Hall } from "./hall.ts";

const answerWithinMs = 5_000;

/** What was published of a run: asked of control once for each question, since it never changes, and told while control is away. */
export class PublishedHere {
  private readonly known = new Map<number, Published>();
  private readonly hall: Hall;
  private readonly bus: Outpost["bus"];
  private asking: Promise<void> | undefined;

  constructor(hall: Hall, bus: Outpost["bus"]) {
    this.hall = hall;
    this.bus = bus;
  }

  /** In the show's order. Throws while control, which alone knows, is away. */
  async results(): Promise<QuestionResult[]> {
    const { run } = this.hall;
    if (this.known.size < (run.published ?? 0)) {
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
      await this.asking;
    }
    return run.shape.questions.flatMap(({ id }, place) => {
      const published = this.known.get(place);
      return (published && resultOf(run.shape, id, published)) ?? [];
    });
  }

  private async ask(): Promise<void> {
    const { run } = this.hall;
    for (const [question, { state }] of run.questions.entries()) {
      if (state !== "closed" || this.known.has(question)) continue;
      const request = { do: "published", run: run.run, question };
      const said = await this.bus.request(deskCluster.name, request, { timeoutMs: answerWithinMs });
      const published = PublishedAnswer.parse(said);
      if (published) this.known.set(question, published);
    }
  }
}
