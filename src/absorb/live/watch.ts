import { perCastor } from "#kernel";
import type { LiveTold, LostLife } from "./contract/orders.ts";
import { showsMax } from "./contract/problems.ts";
import { lifeOf, MergedCells } from "./nodes/merge.ts";

type Figures = LiveTold["figures"];
/** A life of a node as it was heard last; `at` is by the clock here, `saidAt` by its own. */
export type NodeHeard = {
  node: number;
  epoch: string;
  at: number;
  saidAt: number;
  figures: Figures;
  /** Places of questions that take no answers any more. */
  closed: readonly number[];
};
type RunHeard = {
  /** By life. */
  heard: Map<string, NodeHeard>;
  merged: MergedCells;
  /** Lives that the log knows. */
  noted: Set<string>;
  /** What was counted before anybody listened here: it did not arrive just then. */
  countedBefore: number;
  /** Nodes that said that they cannot count it: why, and when. */
  lacking: Map<number, { why: string; at: number }>;
  /** Answers that arrived until the end of each second in which something was heard. */
  totals: Map<number, number>;
  /** Figures that nodes begin at nothing with each start, added up over their starts. */
  repeated: number;
  refused: Map<string, number>;
  /** Of seconds in which answers came fast: what they took of the processor, and how many they were. */
  busy: { cpuSeconds: number; answers: number };
};

const secondsKeptMax = 3_600;
const secondMs = 1_000;
/** Nodes tell at least once a second: of whom so long nothing was heard is not there. */
export const awayAfterMs = 4_000;

/** A figure that begins at nothing when its process does: what it has grown by. */
const grown = (before: number, now: number): number => (now >= before ? now - before : now);

/** What nodes told lately, by run: known again within a second after a restart. */
export class Watch {
  /** By the clock here: who was not heard soon afterwards is away. */
  listensSince = Infinity;
  readonly #runs = new Map<string, RunHeard>();

  /** `now` is by the clock here: a node's own may be wrong. False for what is not listened to. */
  hear(told: LiveTold, now: number): boolean {
    const { node, epoch, at: saidAt, figures } = told;
    const known = this.#run(told.run);
    if (!known.merged.hear(told)) return false;
    const life = lifeOf(told);
    const before = known.heard.get(life);
    if (before === undefined) known.countedBefore += figures.recorded;
    // Figures that were overtaken on the way; their cells are merged all the same.
    const isSoonAfter = Math.abs(now - (before?.at ?? 0)) < awayAfterMs;
    if (before !== undefined && saidAt < before.saidAt && isSoonAfter) return true;
    addUp(known, before?.figures, figures);
    measure(known, before, { at: now, figures });
    const closed = told.questions.flatMap(({ question, phase }) =>
      phase === "closed" ? [question] : [],
    );
    known.heard.set(life, { node, epoch, at: now, saidAt, figures, closed });
    const second = Math.floor(now / secondMs);
    known.totals.set(second, known.merged.recorded - known.countedBefore);
    const [oldest] = known.totals.keys();
    if (known.totals.size > secondsKeptMax && oldest !== undefined) known.totals.delete(oldest);
    return true;
  }

  /** A node says that it cannot count a run. */
  lack({ run, node, why }: { run: string; node: number; why: string }, now: number): void {
    this.#run(run).lacking.set(node, { why, at: now });
  }

  /** Why nodes do not count a run, as they said themselves lately. */
  lacking(run: string, now: number): Map<number, string> {
    const said = [...(this.#runs.get(run)?.lacking ?? [])];
    return new Map(
      said.flatMap(([node, { why, at }]) =>
        Math.abs(now - at) < awayAfterMs ? [[node, why]] : [],
      ),
    );
  }

  /** What a life that is lost had told before anybody listened here. */
  recall({ run, ...life }: LostLife): void {
    const known = this.#run(run);
    const { node, epoch, recorded } = life;
    const questions = life.questions.map((each) => ({ ...each, phase: "closed" as const }));
    if (known.merged.hear({ node, epoch, questions, figures: { recorded } }))
      known.countedBefore += recorded;
  }

  /** Whether this life was not noted yet; it is then. */
  note({ run, ...life }: { run: string; node: number; epoch: string }): boolean {
    const { noted } = this.#run(run);
    const isNew = !noted.has(lifeOf(life));
    noted.add(lifeOf(life));
    return isNew;
  }

  forgetNote({ run, ...life }: { run: string; node: number; epoch: string }): void {
    this.#run(run).noted.delete(lifeOf(life));
  }

  /** Processor time of one answer in µs, over what was busy of this run; undefined before there was enough of it. */
  answerUs(run: string): number | undefined {
    const { cpuSeconds = 0, answers = 0 } = this.#runs.get(run)?.busy ?? {};
    return answers < measuredAnswersMin ? undefined : (cpuSeconds * 1e6) / answers;
  }

  /** The same as the slowest of the nodes found it when it warmed up. */
  warmUpUs(run: string): number | undefined {
    const found = this.nodes(run).flatMap(({ figures }) => figures.answerUs ?? []);
    return found.length === 0 ? undefined : Math.max(...found);
  }

  /** Each node as it was heard last; two processes that both say they are one node are both in it. */
  nodes(run: string): NodeHeard[] {
    const all = [...(this.#runs.get(run)?.heard.values() ?? [])];
    const lastOf = (node: number): number =>
      Math.max(...all.filter((each) => each.node === node).map(({ at }) => at));
    return all
      .filter(({ node, at }) => at > lastOf(node) - awayAfterMs)
      .toSorted((a, b) => a.node - b.node || b.at - a.at);
  }

  /** How many nodes take no answers to a question any more, as they told it last. */
  nodesThatClosed(run: string, place: number): number {
    const those = this.nodes(run).filter(({ closed }) => closed.includes(place));
    return new Set(those.map(({ node }) => node)).size;
  }

  /** Everything that was counted, as last told. */
  merged(run: string): MergedCells {
    return this.#run(run).merged;
  }

  /** Answers that came again, and those that were not taken, by outcome. */
  others(run: string): { repeated: number; refused: Record<string, number> } {
    const { repeated = 0, refused = [] } = this.#runs.get(run) ?? {};
    return { repeated, refused: Object.fromEntries(refused) };
  }

  /** Answers by what became of them, since this control listens. */
  outcomes(run: string): Record<string, number> {
    const known = this.#runs.get(run);
    if (known === undefined) return {};
    const { repeated, refused, merged, countedBefore } = known;
    return { ...Object.fromEntries(refused), repeated, recorded: merged.recorded - countedBefore };
  }

  /** Answers in each second from a moment on, up to another one. */
  arrivals(run: string, from: number, to: number): number[] {
    const totals = this.#runs.get(run)?.totals;
    if (totals === undefined) return [];
    const first = Math.floor(from / secondMs);
    const last = Math.min(Math.floor(to / secondMs), first + secondsKeptMax);
    let before = [...totals].findLast(([second]) => second < first)?.[1] ?? 0;
    return Array.from({ length: Math.max(0, last - first) }, (_, n) => {
      const total = totals.get(first + n) ?? before;
      const came = Math.max(0, total - before);
      before = total;
      return came;
    });
  }

  #run(run: string): RunHeard {
    const known = this.#runs.get(run);
    if (known) return known;
    const [oldest] = this.#runs.keys();
    // All that can be known at once have room; what goes is a rehearsal that began anew long ago.
    if (this.#runs.size >= showsMax && oldest !== undefined) this.#runs.delete(oldest);
    const fresh: RunHeard = {
      ...{
        heard: new Map(),
        merged: new MergedCells(),
        noted: new Set(),
        countedBefore: 0,
        lacking: new Map(),
        totals: new Map(),
      },
      ...{ repeated: 0, refused: new Map(), busy: { cpuSeconds: 0, answers: 0 } },
    };
    this.#runs.set(run, fresh);
    return fresh;
  }
}

function addUp(known: RunHeard, before: Figures | undefined, now: Figures): void {
  known.repeated += grown(before?.repeated ?? 0, now.repeated);
  for (const [why, count] of Object.entries(now.refused)) {
    const more = grown(before?.refused[why] ?? 0, count);
    known.refused.set(why, (known.refused.get(why) ?? 0) + more);
  }
}

/** Slower than this, the process does more of other things than of answers. */
const busyPerSecondMin = 2_000;
const measuredAnswersMin = 10_000;
const gapMsMax = 2_000;

function measure(
  known: RunHeard,
  before: NodeHeard | undefined,
  { at, figures }: { at: number; figures: Figures },
): void {
  if (before === undefined || figures.perSecond < busyPerSecondMin) return;
  const elapsedMs = at - before.at;
  const answers = figures.recorded - before.figures.recorded;
  if (elapsedMs <= 0 || elapsedMs > gapMsMax || answers <= 0) return;
  known.busy.cpuSeconds += (figures.cpuShare * elapsedMs) / 1_000;
  known.busy.answers += answers;
}

export const watchOf = perCastor(() => new Watch());
