import { mkdirSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { outcome, type Outcome, type ShowShape } from "../contract/shape.ts";
import { AnswerLog } from "./answer-log.ts";
import { answersOf, type LogPlace } from "./answers-of.ts";
import { ByNeighbours } from "./by-neighbours.ts";
import { freeze, keptChoice, tellsOfSome, thaw, writeWhole } from "./checkpoint.ts";
import { Count, type Verdict } from "./count.ts";
import { type Disk, fileDisk } from "./disk.ts";
import { checkpointName, checkpointsIn, filesIn, lifeOf, segmentName } from "./folder.ts";
import { groupWords } from "./group.ts";
import { type AnswerRecord, recordBytes } from "./record.ts";
import { layOut, replay, syncFolder } from "./segment.ts";
import { everybody, type Share, slotsOf } from "./share.ts";

/** Laid out before a segment is used; answers beyond it are taken too, at a slower sync. */
const layOutBytesMax = 192 * 1024 * 1024;
const layOutBytesMin = 64 * 1024;

/** What is said by what stands in the log, or would stand there. */
const ofRecord: readonly Outcome[] = [outcome.recorded, outcome.repeated, outcome.late];

export type EngineOptions = {
  folder: string;
  shape: ShowShape;
  /** Whom this node counts; everybody unless told otherwise. */
  share?: Share;
  /** Called when a group has become durable, and when nothing will be any more. */
  onSettled?: () => void;
  disk?: (path: string) => Disk;
};

/**
 * The durable count of one show on one node: what is judged `recorded` is in the log, and is acknowledged once its group
 * is durable. Answers are 12 bytes in the log, memory is 4.5 bytes for each participant.
 */
export class Engine {
  readonly count: Count;
  /** Settled for ever with the folder: counts of different lives must be added, of one life never. */
  readonly epoch: string;
  private readonly of: EngineOptions;
  private readonly log: AnswerLog;
  private number: number;
  private checkpointing: Promise<void> = Promise.resolve();
  private isStopped = false;

  private constructor(
    of: EngineOptions,
    found: {
      count: Count;
      number: number;
      end: { bytes: number; sequence: number };
      epoch: string;
    },
  ) {
    this.of = of;
    this.count = found.count;
    this.number = found.number;
    this.epoch = found.epoch;
    this.log = new AnswerLog(this.diskOf(found.number), found.end, () => of.onSettled?.());
  }

  /** Recovers what the folder holds, or begins anew. */
  static async open(of: EngineOptions): Promise<Engine> {
    mkdirSync(of.folder, { recursive: true, mode: 0o700 });
    const epoch = await lifeOf(of);
    // What a crash left half written: it is of no use, and may tell who answered what.
    for (const name of readdirSync(of.folder))
      if (name.endsWith(".part")) rmSync(join(of.folder, name));
    const { checkpoint, segments } = filesIn(of.folder);
    const { shape, share = everybody } = of;
    const from = checkpoint
      ? thaw(join(of.folder, checkpointName(checkpoint)), shape, share)
      : { count: new Count(shape, share), sequence: 0 };
    const { count } = from;
    if (segments.length === 0) {
      await layOut(join(of.folder, segmentName(1)), layOutBytes(of));
      segments.push(1);
    }
    let end = { bytes: 0, sequence: from.sequence };
    const records = new ByNeighbours((words) => count.replay(words));
    for (const number of segments.filter((each) => each >= checkpoint))
      end = replay(join(of.folder, segmentName(number)), end.sequence, (words, at, length) =>
        records.add(words, at, length),
      );
    records.end();
    const number = segments.at(-1) ?? 1;
    return new Engine(of, { count, number, end, epoch });
  }

  open(question: number): void {
    this.count.open(question);
  }

  /**
   * Judges an answer and, when it is the first, takes it into the gathering group. What is `recorded` or `repeated` may
   * be told to nobody before `isDurable(group)` of the group that is returned.
   */
  answer(answer: AnswerRecord, verdict: Verdict): number {
    this.count.judge(answer, verdict);
    // What is in memory may not be on the disk that failed: nobody is told what they chose, or that it is too late.
    if (this.log.failed && ofRecord.includes(verdict.outcome)) {
      verdict.outcome = outcome.unavailable;
      verdict.choice = -1;
    } else if (verdict.outcome === outcome.recorded) {
      verdict.choice = answer.choice;
      this.count.apply(answer);
      this.log.add(answer);
      if (this.log.isFull) this.log.commitNow();
    }
    // A refusal promises nothing.
    return verdict.outcome <= outcome.repeated ? this.lastGroup : 0;
  }

  /** The group after which everything taken until now is durable. */
  get lastGroup(): number {
    return this.log.pending > 0 ? this.log.gathering : this.log.gathering - 1;
  }

  isDurable(group: number): boolean {
    return group <= this.log.durable;
  }

  get durable(): number {
    return this.log.durable;
  }

  get failed(): Error | undefined {
    return this.log.failed;
  }

  /** It failed for want of room only: what was acknowledged is on disk, and opening it again goes on from there. */
  get hadNoRoom(): boolean {
    return this.log.hadNoRoom;
  }

  get syncMs(): number {
    return this.log.syncMs;
  }

  get disk(): Pick<AnswerLog, "syncMsAtStart" | "syncs"> {
    return this.log;
  }

  get pending(): number {
    return this.log.pending;
  }

  /** Makes what has gathered durable; `onSettled` tells when. */
  commit(): void {
    this.log.commit();
  }

  /** The same, before it returns. */
  flush(): void {
    this.log.commitNow();
  }

  /** Ends a question's answering. Resolves when a restart needs the log of before no more. */
  close(question: number): Promise<void> {
    const { phase, first } = this.count.questions[question] ?? {};
    if (phase === "closed") return this.checkpointing;
    this.count.close(question);
    const closing = this.checkpointing.then(async () => {
      if (first) await writeWhole(this.keptPath(question), [first.bytes]);
      this.count.release(question);
      await this.checkpoint();
      void this.rankAhead();
    });
    // Without a checkpoint the log is longer, and nothing is lost.
    this.checkpointing = closing.catch(() => {});
    return closing;
  }

  /** Makes ready to say anybody's rank, unless answers come in the meantime. */
  private async rankAhead(): Promise<void> {
    const { standings } = this.count;
    const { changes } = standings;
    while (!this.isStopped && standings.changes === changes && !standings.prepare())
      await new Promise((next) => setImmediate(next));
  }

  /** What a participant answered first in a closed question; -1 for nothing, or when it was erased. */
  keptChoice(question: number, index: number): number {
    const { first } = this.count.questions[question] ?? {};
    const slot = this.count.slotOf(index);
    if (slot < 0) return -1;
    return first ? first.of(slot) : keptChoice(this.keptPath(question), slot);
  }

  private async checkpoint(): Promise<void> {
    const { folder } = this.of;
    const next = this.number + 1;
    const bytes = this.count.isFolded ? layOutBytesMin : layOutBytes(this.of);
    await layOut(join(folder, segmentName(next)), bytes);
    // From here to the next await nothing is counted: the cut is clean.
    this.log.commitNow();
    if (this.log.failed) throw this.log.failed;
    const frozen = freeze(this.count, this.log.durable);
    const used = this.log.bytes;
    this.log.moveTo(this.diskOf(next));
    truncateSync(join(folder, segmentName(this.number)), Math.max(used, groupWords(0) * 4));
    this.number = next;
    await writeWhole(join(folder, checkpointName(next)), frozen);
    for (const number of checkpointsIn(folder))
      if (number < next) rmSync(join(folder, checkpointName(number)), { force: true });
  }

  /**
   * Erases all that is of single participants, when no question is open: the log, first answers, what the ranking was made of,
   * turns in a waiting room, and counts by group, of which one may have been somebody's alone. Counts by choice stay.
   */
  erase(): Promise<void> {
    const erasing = this.checkpointing.then(() => this.eraseNow());
    this.checkpointing = erasing.catch(() => {});
    return erasing;
  }

  private async eraseNow(): Promise<void> {
    const { folder } = this.of;
    const { standings, questions } = this.count;
    if (questions.some(({ phase }) => phase === "open")) throw new Error("A question is open.");
    standings.forget();
    this.count.fold();
    if (this.rawFiles().length === 0) return;
    await this.checkpoint();
    for (const name of this.rawFiles()) rmSync(join(folder, name), { force: true });
    syncFolder(folder);
  }

  /** Who answered what, page by page. */
  answersFrom(place: LogPlace): ReturnType<typeof answersOf> {
    const { folder } = this.of;
    const { segments } = filesIn(folder);
    return answersOf(folder, { segments, durable: this.durable, nameOf: segmentName }, place);
  }

  /** Files that hold something of single participants, half-written ones too. Once all is erased, an empty log and a checkpoint of totals are left. */
  rawFiles(): string[] {
    const { folder } = this.of;
    return readdirSync(folder).filter(
      (name) =>
        /^first-|^given-by-turn|\.part$/.test(name) ||
        (name.startsWith("answers-") &&
          (name !== segmentName(this.number) || this.log.bytes > 0)) ||
        (name.startsWith("checkpoint-") && tellsOfSome(join(folder, name))),
    );
  }

  /** Of the segment that is written to. */
  get logBytes(): number {
    return this.log.bytes;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.checkpointing;
    this.log.commitNow();
    this.log.close();
  }

  private diskOf(number: number): Disk {
    return (this.of.disk ?? fileDisk)(join(this.of.folder, segmentName(number)));
  }

  private keptPath(question: number): string {
    return join(this.of.folder, `first-${question}`);
  }
}

const layOutBytes = ({ shape, share = everybody }: EngineOptions): number => {
  const slots = slotsOf(share, shape.participantsMax);
  return Math.min(layOutBytesMax, layOutBytesMin + Math.ceil(slots * recordBytes * 1.05));
};
