import { problem } from "#kernel/contract";

/** Shows and rehearsals known at once. */
export const showsMax = 200;
/** Relays of one show whose tokens are not over, ended ones included: every node keeps their numbers. */
export const relaysMax = 1_000;

export const unknownShow = problem("live.unknown-show", 404, "There is no such show");
export const unknownQuestion = problem("live.unknown-question", 404, "There is no such question");
export const nameTaken = problem(
  "live.name-taken",
  409,
  "There is no room for a show of that name",
);
export const changedMeanwhile = problem(
  "live.changed-meanwhile",
  409,
  "Somebody else has changed this meanwhile",
);
export const inFile = problem("live.in-file", 409, "castor.yaml says what this show is");
export const joinedElsewhere = problem(
  "live.joined-elsewhere",
  409,
  "Tokens of this show are given out elsewhere",
);
export const unknownRelay = problem("live.unknown-relay", 404, "There is no such relay");
export const tooManyRelays = problem(
  "live.too-many-relays",
  409,
  "The show has as many relays as it may have",
);
export const unknownValue = problem(
  "live.unknown-value",
  422,
  "The show does not have that value or that many participants",
);
export const notNow = problem("live.not-now", 409, "That cannot be done in this phase of the show");
export const showIsOn = problem("live.show-is-on", 409, "A question of a real show is on");
export const nodeAway = problem("live.node-away", 503, "A node that has to be asked is away");
export const budgetSpent = problem(
  "live.budget-spent",
  409,
  "The privacy budget of the show is spent",
);
