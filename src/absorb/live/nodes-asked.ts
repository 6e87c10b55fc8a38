import type { Read } from "#kernel";
import {
  AnswersPage,
  liveTold,
  nodeCluster,
  type NodeRequest,
  Place,
  type Run,
} from "./contract/orders.ts";
import * as z from "zod";
import type { AnswerRecord } from "./engine/record.ts";
import { unpacked } from "./nodes/forwarding.ts";
import type { MergedCells } from "./nodes/merge.ts";

const answerWithinMs = 5_000;

type Asking = Pick<Read, "bus">;
/** A run, and among how many nodes its participants were divided: what is configured now may be fewer. */
type Of = Pick<Run, "run" | "nodes">;

/** What every node says, or an error when one of them is away: a sum without a part of the crowd is wrong. */
async function askAll<O>(
  read: Asking,
  { nodes }: Of,
  what: NodeRequest,
  answer: z.ZodType<O>,
): Promise<O[]> {
  const heard = await Promise.all(
    Array.from({ length: nodes }, (_, node) =>
      read.bus.request(nodeCluster(node), what, { timeoutMs: answerWithinMs }),
    ),
  );
  return heard.map((each) => answer.parse(each));
}

/** Hears what all nodes have of all questions. */
export async function hearAll(read: Asking, of: Of & { heard: MergedCells }): Promise<void> {
  const told = await askAll(read, of, { do: "tell", run: of.run }, liveTold.schema);
  for (const each of told) of.heard.hear(each);
}

/**
 * The exact count of one question over all nodes, with what was heard of them before: `cells[choice × groups + group]`, or
 * `cells[choice]` where a node has erased its groups. An error while a node has not closed it: an answer might still be acknowledged that is not in it.
 */
export async function cellsOf(
  read: Asking,
  of: Of & { heard: MergedCells },
  question: number,
): Promise<Uint32Array> {
  const told = await askAll(read, of, { do: "tell", run: of.run, question }, liveTold.schema);
  for (const each of told) {
    if (each.questions.find((one) => one.question === question)?.phase !== "closed")
      throw new Error(`Node ${each.node} has not closed that question yet.`);
    of.heard.hear(each);
  }
  return of.heard.cells(question);
}

/** The first `count` of all participants: most right answers, then least time. Equals share a rank. */
export async function topOf(read: Asking, of: Of, count: number): Promise<Place[]> {
  if (count === 0) return [];
  const found = await askAll(read, of, { do: "top", run: of.run, count }, z.array(Place));
  const first = found
    .flat()
    .toSorted((a, b) => b.right - a.right || a.latencyMs - b.latencyMs || a.index - b.index)
    .slice(0, count);
  const isEqual = (a: Place, b: Place): boolean =>
    a.right === b.right && a.latencyMs === b.latencyMs;
  return first.map((place) => ({
    ...place,
    rank: 1 + first.findIndex((each) => isEqual(each, place)),
  }));
}

/** Somebody's place among all; undefined for who has no right answer. */
export async function placeOf(read: Asking, of: Of, index: number): Promise<Place | undefined> {
  const ask = (node: number, what: NodeRequest): Promise<unknown> =>
    read.bus.request(nodeCluster(node), what, { timeoutMs: answerWithinMs });
  const home = index % of.nodes;
  const own = Place.nullable().parse(await ask(home, { do: "place", run: of.run, index }));
  if (own === null) return undefined;
  const { right, latencyMs } = own;
  const others = Array.from({ length: of.nodes }, (_, node) => node).filter((at) => at !== home);
  const better = await Promise.all(
    others.map(async (node) =>
      z.number().parse(await ask(node, { do: "better", run: of.run, right, latencyMs })),
    ),
  );
  return { ...own, rank: better.reduce((sum, each) => sum + each, own.rank) };
}

/** Who answered what, node by node, page by page; a node that is away ends it with an error. */
export async function* rawAnswersOf(
  read: Asking,
  { run, nodes }: Of,
): AsyncGenerator<AnswerRecord[]> {
  for (let node = 0; node < nodes; node++) {
    let from: z.infer<typeof AnswersPage>["next"] = { segment: 0, byte: 0 };
    while (from !== null) {
      const asked: NodeRequest = { do: "answers", run, from };
      const said = await read.bus.request(nodeCluster(node), asked, { timeoutMs: answerWithinMs });
      const page = AnswersPage.parse(said);
      yield unpacked(page.answers) ?? [];
      from = page.next;
    }
  }
}

/** How many files of all nodes still tell who answered what. */
export async function rawFilesOf(read: Asking, of: Of): Promise<number> {
  const found = await askAll(read, of, { do: "raw", run: of.run }, z.number());
  return found.reduce((sum, files) => sum + files, 0);
}
