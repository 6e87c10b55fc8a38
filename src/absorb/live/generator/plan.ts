import { type TokenFields, tokenKind } from "../contract/shape.ts";
import type { SipKey } from "../wire/sip-hash.ts";
import { tokenBytes, writeToken } from "../wire/token.ts";

/** What a crowd does: all of it follows from these numbers, so that anybody can count again what must come out. */
export type CrowdPlan = {
  participants: number;
  /** Participants of this crowd are `first`, `first + step`, …: those of one node, where there are several. */
  first: number;
  step: number;
  node: number;
  question: number;
  choices: number;
  /** Added to everybody's choice: a crowd that comes again and has changed its mind. */
  shift?: number;
  groups: number;
  /** Of all answers, in thousandths: sent a second time with another choice, and with a token that was edited. */
  repeatedPerMille: number;
  forgedPerMille: number;
  expiresS: number;
};

/** A repeated answer follows its first one at this distance at least, so that the first one has come. */
const apart = 300_000;
const primes = [16_777_619, 15_485_863, 12_345_701, 7_368_787];

/** What is sent, answer by answer: who, what they choose, and whether it is their first. */
export class Script {
  readonly length: number;
  private readonly repeated: number;
  private readonly forged: number;
  private readonly stride: number;
  readonly plan: CrowdPlan;

  constructor(plan: CrowdPlan) {
    this.plan = plan;
    this.repeated = Math.floor((plan.participants * plan.repeatedPerMille) / 1_000);
    this.forged = Math.floor((plan.participants * plan.forgedPerMille) / 1_000);
    this.length = plan.participants + this.repeated + this.forged;
    this.stride = primes.find((each) => plan.participants % each !== 0) ?? 1;
  }

  /** The n-th participant to answer: all of them once, in an order that jumps about. Exact: the product stays below 2^53. */
  private nth(n: number): number {
    return this.plan.first + ((n * this.stride) % this.plan.participants) * this.plan.step;
  }

  /** What a participant chooses first. */
  choiceOf(index: number): number {
    const { choices, shift = 0 } = this.plan;
    return ((index ^ (index >>> 7)) + shift) % choices;
  }

  groupOf(index: number): number {
    return (index >>> 3) % this.plan.groups;
  }

  /**
   * All tokens, in the order of sending, and one byte for each that says what is sent: the choice, with 16 for a repeated
   * and 32 for a forged one. Made before the clock starts: relays have them from those they speak for.
   */
  write(key: SipKey): { tokens: Uint8Array; choices: Uint8Array } {
    const tokens = new Uint8Array(this.length * tokenBytes);
    const choices = new Uint8Array(this.length);
    const { participants, node, expiresS, choices: choiceCount } = this.plan;
    const fields: TokenFields = { kind: tokenKind.participant, node, index: 0, group: 0, expiresS };
    // Every so many answers one is repeated, or forged.
    const repeatEvery = this.repeated === 0 ? Infinity : participants / this.repeated;
    const forgeEvery = this.forged === 0 ? Infinity : participants / this.forged;
    let at = 0;
    let repeats = 0;
    let forgeries = 0;
    const put = (index: number, what: number): void => {
      fields.index = index;
      fields.group = this.groupOf(index);
      writeToken(key, fields, tokens, at * tokenBytes);
      choices[at++] = what;
    };
    const repeat = (n: number): void => {
      const index = this.nth(n);
      put(index, 16 | ((this.choiceOf(index) + 1) % choiceCount));
    };
    for (let n = 0; n < participants; n++) {
      const index = this.nth(n);
      put(index, this.choiceOf(index));
      if (n >= apart && (repeats + 1) * repeatEvery <= n - apart && repeats < this.repeated)
        repeat(repeats++);
      if (forgeries < this.forged && (forgeries + 1) * forgeEvery <= n + 1) {
        put(this.nth(n), 32 | this.choiceOf(index));
        forgeries++;
        const token = (at - 1) * tokenBytes;
        const edited = token + (forgeries % tokenBytes);
        tokens[edited] = (tokens[edited] as number) ^ (1 << (forgeries & 7));
      }
    }
    while (repeats < this.repeated) repeat(repeats++);
    return { tokens, choices };
  }

  /** The cells that must come out: `cells[choice × groups + group]`. */
  expected(): Uint32Array {
    const { participants, first, step, choices, groups } = this.plan;
    const cells = new Uint32Array(choices * groups);
    for (let n = 0; n < participants; n++) {
      const index = first + n * step;
      const cell = this.choiceOf(index) * groups + this.groupOf(index);
      cells[cell] = (cells[cell] as number) + 1;
    }
    return cells;
  }
}
