import { type Command, command } from "#kernel";
import {
  close,
  CloseRoom,
  modes,
  open,
  OpenRoom,
  release,
  ReleaseRoom,
  resetNumbers,
  ResetNumbers,
  setNumbers,
  SetNumbers,
} from "./modes.ts";

const key = (): string => "rooms";

export const openCommand: Command = command("waiting-room.open", {
  about: "Opens a room: those who are too many wait, or everyone does.",
  input: OpenRoom,
  model: modes,
  key,
  decide: open,
});
export const closeCommand: Command = command("waiting-room.close", {
  about: "Closes a room: everybody passes, also those who wait.",
  input: CloseRoom,
  model: modes,
  key,
  decide: close,
});
export const releaseCommand: Command = command("waiting-room.release", {
  about: "Lets a room follow its configuration again.",
  input: ReleaseRoom,
  model: modes,
  key,
  decide: release,
});
export const setNumbersCommand: Command = command("waiting-room.set-numbers", {
  about: "Changes how many may be in and come in, for a while or until further notice.",
  input: SetNumbers,
  model: modes,
  key,
  decide: setNumbers,
});
export const resetNumbersCommand: Command = command("waiting-room.reset-numbers", {
  about: "Gives a room the numbers of its configuration again.",
  input: ResetNumbers,
  model: modes,
  key,
  decide: resetNumbers,
});
