import type { Outcome } from "../contract/shape.ts";

/**
 * What goes over a node's WebSocket. Hot messages are binary, their first byte says which, numbers are little-endian:
 *
 *     client  hello   1, 0, 0, 0, token (20)
 *             answer  2, question, choice, 0, elapsed ms (4), number (4)         for who said hello
 *             batch   3, 0, count (2), number (4), count × [token (20), question, choice, 0, 0, elapsed ms (4)]
 *             echo    4, 0, 0, 0, stamp (4)                                      at once, for each probe
 *             time    5, 0, 0, 0, anything (4)
 *     server  ack     0x82, outcome, choice or 255, question, number (4)         one or more in a message
 *             batch   0x83, 0, count (2), number (4), count × [outcome << 4 | choice + 1]
 *             probe   0x84, 0, 0, 0, stamp (4)
 *             time    0x85, 0, 0, 0, what was sent (4), Unix ms as a double (8)
 *
 * Everything else the server says is text, JSON of `Told`.
 */
export const frameKind = {
  hello: 1,
  answer: 2,
  batch: 3,
  echo: 4,
  time: 5,
  ack: 0x82,
  batchAck: 0x83,
  probe: 0x84,
  timeTold: 0x85,
} as const;

export const helloBytes = 24;
export const answerBytes = 12;
export const batchHeadBytes = 8;
export const batchAnswerBytes = 28;
export const ackBytes = 8;
export const batchAckHeadBytes = 8;
export const timeToldBytes = 16;
/** Answers in one message of a relay. */
export const batchMax = 1_024;
export const noChoice = 255;

/** A question's text as it is sealed and, opened, read: JSON. */
export type QuestionText = { text: string; choices: string[] };

/** What the server says that is not counted in millions. Times are Unix milliseconds of the node. */
export type Told =
  | { is: "welcome"; run: string; now: number; index: number | null }
  /** The hello was not taken; the connection stays open for who only watches. */
  | { is: "refused"; why: Outcome }
  /** Connect there: that node counts this participant. */
  | { is: "moved"; to: string }
  /** Who loses this connection comes back at some moment within this time: so many are connected to this node. */
  | { is: "crowd"; comeBackWithinMs: number }
  /** Ahead of the reveal: `sealed` is `QuestionText` that the reveal's key opens; see `seal.ts`. */
  | { is: "sealed"; question: number; sealed: string }
  /** Said at once: time to count down. The key comes shortly before `revealAt`. */
  | { is: "soon"; question: number; revealAt: number; closesAt: number }
  /** Sent so far ahead of `revealAt` that all can show it at the same instant of the node's clock, and no further: who reads the wire gains little. */
  | { is: "reveal"; question: number; key: string; revealAt: number; closesAt: number }
  | { is: "closed"; question: number; right: number | null }
  /** The show is over and ranked: whoever wants to know their place asks at some moment within this time, not all at once. */
  | { is: "over"; askWithinMs: number };

/** Writes an answer of who said hello. */
export function writeAnswer(
  into: Uint8Array,
  of: { question: number; choice: number; elapsedMs: number; number: number },
): void {
  const view = new DataView(into.buffer, into.byteOffset, answerBytes);
  view.setUint8(0, frameKind.answer);
  view.setUint8(1, of.question);
  view.setUint8(2, of.choice);
  view.setUint8(3, 0);
  view.setUint32(4, of.elapsedMs, true);
  view.setUint32(8, of.number, true);
}

export type Ack = { outcome: Outcome; choice: number | null; question: number; number: number };

/** The acks of one binary message. */
export function readAcks(bytes: Uint8Array): Ack[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const acks: Ack[] = [];
  for (let at = 0; at + ackBytes <= bytes.length; at += ackBytes) {
    const choice = view.getUint8(at + 2);
    acks.push({
      outcome: view.getUint8(at + 1) as Outcome,
      choice: choice === noChoice ? null : choice,
      question: view.getUint8(at + 3),
      number: view.getUint32(at + 4, true),
    });
  }
  return acks;
}
