import { type Command, command } from "#kernel";
import * as decide from "./decide.ts";
import * as draft from "./draft.ts";
import { shows, stream } from "./show.ts";

// One stream for all shows: what the log accepts in order holds for budgets and for names.
const ofShows = { model: shows, key: (): string => stream };

export const addCommand = command("live.add", {
  about: "Plans a show that castor.yaml does not name.",
  input: draft.DraftShow,
  ...ofShows,
  decide: draft.add,
});
export const changeCommand = command("live.change", {
  about: "Makes an added show another one, until its doors open.",
  input: draft.ChangeShow,
  ...ofShows,
  decide: draft.change,
});
export const removeCommand = command("live.remove", {
  about: "Removes an added show whose doors never opened, and its rehearsal.",
  input: draft.RemoveShow,
  ...ofShows,
  decide: draft.remove,
  destroys: { nothing: "Nobody has joined it, and the log keeps what it was." },
});
export const correctCommand = command("live.correct", {
  about: "Gives other words to a question that nobody has seen, also once the doors are open.",
  input: draft.CorrectQuestion,
  ...ofShows,
  decide: draft.correct,
});
export const openDoorsCommand = command("live.open-doors", {
  about: "Lets participants in; from here on the show is what it is now. A rehearsal begins anew.",
  input: decide.OpenDoors,
  ...ofShows,
  decide: decide.openDoors,
});
export const armCommand = command("live.arm", {
  about: "Sends a question ahead to everybody, sealed.",
  input: decide.ArmQuestion,
  ...ofShows,
  decide: decide.arm,
});
export const disarmCommand = command("live.disarm", {
  about: "Takes an armed question back, unseen.",
  input: decide.OfQuestion,
  ...ofShows,
  decide: decide.disarm,
});
export const revealCommand = command("live.reveal", {
  about: "Shows an armed question to everybody at the same moment, and takes answers from then on.",
  input: decide.RevealQuestion,
  ...ofShows,
  decide: decide.reveal,
});
export const closeCommand = command("live.close", {
  about: "Ends answering before its time.",
  input: decide.OfQuestion,
  ...ofShows,
  decide: decide.close,
});
export const publishCommand = command("live.publish", {
  about: "Publishes the counts of a closed question, with noise that is drawn once.",
  input: decide.OfQuestion,
  ...ofShows,
  decide: decide.publish,
});
export const finishCommand = command("live.finish", {
  about: "Ends a show, and finds its finalists.",
  input: decide.OfShow,
  ...ofShows,
  decide: decide.finish,
});
export const eraseCommand = command("live.erase", {
  about:
    "Erases who answered what, and counts by group, now rather than at its time. Counts by choice and ranking stay.",
  input: decide.OfShow,
  ...ofShows,
  decide: decide.erase,
  allow: "admin",
  destroys: { what: "Who answered what in a show.", name: ({ show }) => show },
});
export const endRelayCommand = command("live.end-relay", {
  about: "Ends a relay's token at once, and lets go of its connections.",
  input: decide.OfRelay,
  ...ofShows,
  decide: decide.endRelay,
});
export const commands: readonly Command[] = [
  addCommand,
  changeCommand,
  removeCommand,
  correctCommand,
  openDoorsCommand,
  armCommand,
  disarmCommand,
  revealCommand,
  closeCommand,
  publishCommand,
  finishCommand,
  eraseCommand,
  endRelayCommand,
];
