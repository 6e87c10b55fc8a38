/** What became of an answer: one byte on the wire. Everything from `early` on was not counted. */
export const outcome = {
  recorded: 0,
  /** Answered before: the choice told with it is the first one, which stands. */
  repeated: 1,
  early: 2,
  late: 3,
  unknownQuestion: 4,
  unknownChoice: 5,
  forged: 6,
  expired: 7,
  malformed: 8,
  /** Nothing can be made durable now; the answer was not taken, and may be sent again. */
  unavailable: 9,
  /** The participant belongs to a node that cannot be reached now; the answer may be sent again. */
  nodeAway: 10,
  /** More than what one connection may send; the answer may be sent again later. */
  tooFast: 11,
} as const;
export type Outcome = (typeof outcome)[keyof typeof outcome];

/** What a token is for. A relay vouches for nothing: each of its answers carries its participant's token. */
export const tokenKind = { participant: 1, relay: 2, stage: 3 } as const;
export type TokenKind = (typeof tokenKind)[keyof typeof tokenKind];

/** 99 of 100 answers are to be acknowledged within so long. */
export const ackMsP99Max = 40;
