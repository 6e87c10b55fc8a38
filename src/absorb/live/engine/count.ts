import { groupCount, outcome, type Outcome, type ShowShape, totalsOf } from "../contract/shape.ts";
import { FirstAnswers } from "./first-answers.ts";
import {
  type AnswerRecord,
  choiceAt,
  groupAt,
  latencyAt,
  questionAt,
  recordWords,
} from "./record.ts";
import { everybody, type Share, slotsOf } from "./share.ts";
import { Standings } from "./standings.ts";

/** Where a question is: `coming` answers are early, `closed` ones late. */
export type QuestionPhase = "coming" | "open" | "closed";

export type QuestionCount = {
  phase: QuestionPhase;
  answers: number;
  /** Answers for each choice and group: `cells[choice × groups + group]`, or for each choice once folded. Nothing before the first opening. */
  cells: Uint32Array | undefined;
  /** Who answered what; after the closing a file holds it, and this is let go. */
  first: FirstAnswers | undefined;
};

/** What became of an answer, and which choice stands: -1 where none does. */
export type Verdict = { outcome: Outcome; choice: number };

/**
 * One node's count of a show, in memory and without ports: what the log's records add up to. Applying the same records
 * in the same order makes the same count, which is how it comes back after a crash.
 */
export class Count {
  readonly shape: ShowShape;
  readonly groups: number;
  readonly questions: QuestionCount[];
  readonly standings: Standings;
  recorded = 0;
  /** Whether cells are of choices only: of a group of one they would tell what that person answered. */
  isFolded = false;
  private readonly share: Share;
  private readonly slots: number;
  /** Of no meaning; what is looked at must go somewhere, or a compiler leaves the look out. */
  private seen = 0;

  constructor(shape: ShowShape, share = everybody) {
    this.shape = shape;
    this.share = share;
    this.slots = slotsOf(share, shape.participantsMax);
    this.groups = groupCount(shape);
    this.standings = new Standings(shape.participantsMax, share);
    this.questions = shape.questions.map(() => ({
      phase: "coming",
      answers: 0,
      cells: undefined,
      first: undefined,
    }));
  }

  /** Only ever once: opened again, everybody could answer again. */
  open(question: number): void {
    const count = this.at(question);
    // A folded count has nowhere to put an answer.
    if (count.phase === "closed" || this.isFolded) return;
    count.phase = "open";
    count.cells ??= this.cells(question);
    count.first ??= new FirstAnswers(this.slots);
  }

  /** Ends answering. Who answered what stays until `release`, for those who ask again. */
  close(question: number): void {
    const count = this.at(question);
    count.phase = "closed";
    count.cells ??= this.cells(question);
  }

  /** Keeps of all groups together only how many took each choice, for good. Nothing may be open. */
  fold(): void {
    if (this.isFolded) return;
    if (this.questions.some(({ phase }) => phase === "open"))
      throw new Error("A question is open.");
    this.isFolded = true;
    for (const [question, count] of this.questions.entries()) {
      if (count.cells) count.cells = totalsOf(count.cells, this.choices(question));
      // Kept where a disk was full at the closing.
      count.first = undefined;
    }
  }

  release(question: number): void {
    this.at(question).first = undefined;
  }

  /** What would become of this answer now. Counts nothing; `verdict` is filled in, so that no answer makes garbage. */
  judge(answer: AnswerRecord, verdict: Verdict): void {
    verdict.choice = -1;
    verdict.outcome = outcome.recorded;
    const count = this.questions[answer.question];
    const slot = this.slotOf(answer.index);
    if (count === undefined) verdict.outcome = outcome.unknownQuestion;
    else if (answer.choice >= this.choices(answer.question) || answer.choice < 0)
      verdict.outcome = outcome.unknownChoice;
    else if (slot < 0 || answer.group >= this.groups) verdict.outcome = outcome.malformed;
    else if (count.phase === "coming") verdict.outcome = outcome.early;
    else {
      verdict.choice = count.first?.of(slot) ?? -1;
      if (verdict.choice >= 0) verdict.outcome = outcome.repeated;
      else if (count.phase === "closed") verdict.outcome = outcome.late;
    }
  }

  /** Looks at where an answer would be counted: a walk over many waits for memory once, where each answer alone would wait. */
  approach(index: number, question: number, choice: number): void {
    const slot = this.slotOf(index);
    const first = this.questions[question]?.first;
    if (slot < 0 || first === undefined) return;
    this.seen ^= first.bytes[slot >> 1] as number;
    if (this.shape.questions[question]?.right === choice)
      this.seen ^= this.standings.scores[slot] as number;
  }

  /** Counts an answer that was judged `recorded`, now or in the life before a crash. */
  apply(answer: AnswerRecord): void {
    const { index, question, choice, group, latencyMs } = answer;
    const count = this.at(question);
    const { cells, first } = count;
    if (cells === undefined || first === undefined) throw notOpen(question);
    const cell = choice * this.groups + group;
    cells[cell] = (cells[cell] as number) + 1;
    const slot = this.slotOf(index);
    first.record(slot, choice);
    count.answers++;
    this.recorded++;
    if (this.shape.questions[question]?.right === choice) this.standings.score(slot, latencyMs);
  }

  /** Counts records of a log, as they were counted in the life before: in any order, since each stands for somebody's only answer to a question. */
  replay(words: Uint32Array): void {
    for (let at = 0; at < words.length;) {
      const question = questionAt(words, at);
      const from = at;
      while (at < words.length && questionAt(words, at) === question) at += recordWords;
      this.replayOf(question, words.subarray(from, at));
    }
  }

  /** What `apply` does to many records of one question, with nothing looked up twice: everybody waits while a node counts again. */
  private replayOf(question: number, words: Uint32Array): void {
    if (this.questions[question]?.first === undefined) this.open(question);
    const count = this.at(question);
    const { cells, first } = count;
    if (cells === undefined || first === undefined) throw notOpen(question);
    const { groups, standings } = this;
    const right = this.shape.questions[question]?.right;
    for (let at = 0; at < words.length; at += recordWords) {
      const choice = choiceAt(words, at);
      const cell = choice * groups + groupAt(words, at);
      cells[cell] = (cells[cell] as number) + 1;
      const slot = this.slotOf(words[at] as number);
      first.record(slot, choice);
      if (choice === right) standings.score(slot, latencyAt(words, at));
    }
    const records = words.length / recordWords;
    count.answers += records;
    this.recorded += records;
  }

  cells(question: number): Uint32Array {
    const groups = this.isFolded ? 1 : this.groups;
    return this.at(question).cells ?? new Uint32Array(groups * this.choices(question));
  }

  /** Where somebody is kept; -1 for who is counted by another node, or by none. */
  slotOf(index: number): number {
    const { node, nodes } = this.share;
    if (nodes === 1) return index < this.slots ? index : -1;
    const slot = Math.floor(index / nodes);
    return index - slot * nodes === node && slot < this.slots ? slot : -1;
  }

  private choices(question: number): number {
    return this.shape.questions[question]?.choices.length ?? 0;
  }

  private at(question: number): QuestionCount {
    const found = this.questions[question];
    if (!found) throw new Error(`There is no question ${question}`);
    return found;
  }
}

const notOpen = (question: number): Error =>
  new Error(`An answer to question ${question}, which is not open`);
