import type * as z from "zod";
import { type AnswersPage, type LiveTold, NodeRequest } from "../contract/orders.ts";
import { outcome } from "../contract/shape.ts";
import type { Verdict } from "../engine/count.ts";
import { packedVerdicts, unpacked } from "../nodes/forwarding.ts";
import type { Standings } from "../engine/standings.ts";
import type { Hall } from "./hall.ts";
import type { PlacesOf } from "./join/places.ts";

/** Answers that may be forwarded in one request. */
const forwardedMax = 4_096;

/** What a node answers on the bus. */
export async function replyTo(
  body: unknown,
  of: {
    hall(run: string): Hall | undefined;
    places: PlacesOf;
    tell(hall: Hall, only: number | undefined): Promise<LiveTold>;
  },
): Promise<unknown> {
  const asked = NodeRequest.parse(body);
  const hall = of.hall(asked.run);
  if (!hall) throw new Error(`The run ${asked.run} is not here`);
  const { questions } = hall.engine.count;
  switch (asked.do) {
    case "tell":
      return await of.tell(hall, asked.question);
    case "top":
      if (questions.some(({ phase }) => phase === "open")) throw new Error("A question is open.");
      return standingsOf(hall).top(asked.count);
    case "place":
      return standingsOf(hall).rank(asked.index) ?? null;
    case "better":
      return standingsOf(hall).better(asked.right, asked.latencyMs);
    case "raw":
      // Asked again until there is nothing: what failed once is tried once more.
      await hall.erase();
      return hall.engine.rawFiles().length;
    case "answers": {
      const { words, next } = hall.engine.answersFrom(asked.from);
      const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
      const page: z.infer<typeof AnswersPage> = { answers: bytes.toBase64(), next: next ?? null };
      return page;
    }
    case "join":
      return of.places(hall).give(asked) ?? null;
    case "forward":
      return await takeForwarded(hall, asked.answers);
  }
}

/** Once they are erased nobody has a place: that is no answer, lest the places of others come out too good. */
function standingsOf({ engine }: Hall): Standings {
  const { standings } = engine.count;
  if (engine.failed)
    throw new Error(`What is counted here may not be on disk: ${engine.failed.message}`);
  if (standings.isForgotten) throw new Error("What places are made of is erased here.");
  return standings;
}

/** Takes what came in at another node; answers when it is durable here. */
async function takeForwarded(hall: Hall, text: string): Promise<string> {
  const answers = unpacked(text);
  if (!answers || answers.length > forwardedMax) throw new Error("These are no answers");
  let group = 0;
  const verdicts = answers.map((answer) => {
    const verdict: Verdict = { outcome: outcome.recorded, choice: -1 };
    group = Math.max(group, hall.record(answer, verdict));
    return verdict;
  });
  await hall.whenDurable(group);
  return packedVerdicts(verdicts);
}
