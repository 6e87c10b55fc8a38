import { capability, type Capability } from "#kernel";
import { issue } from "../../observe/errors/contract.ts";
import { search } from "../../platform/log/contract.ts";
import { answers } from "./answers.ts";
import { book } from "./book.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { openChannel } from "./room/channel.ts";
import { arrive } from "./room/presence.ts";
import { showPicture, takePicture } from "./room/pictures.ts";
import { notes } from "./room/notes.ts";
import { pin } from "./room/pins.ts";
import { forgetting, takeAway } from "./room/take-away.ts";
import { reactions } from "./reactions.ts";
import { signs } from "./signs.ts";
import { commands } from "./verbs.ts";

export const incidents: Capability = capability({
  id: "incidents",
  about:
    "What goes wrong, from the first sign to the lesson: stages, roles, and a timeline that the log writes.",
  config: Config,
  emits: [contract.numbered, ...contract.incidentFacts],
  refuses: [
    ...[contract.unknownIncident, contract.wrongStage, contract.notThen, contract.unknownItem],
    ...[contract.noPerson, contract.pictureRefused, contract.channelFailed],
  ],
  asks: [search, issue],
  views: [book, signs, notes],
  commands,
  actions: [arrive, pin, openChannel, takeAway],
  answers,
  reactions: [...reactions, forgetting],
  routes: [takePicture, showPicture],
});
