import {
  answer,
  capability,
  type Capability,
  command,
  type Effects,
  type Read,
  reconcile,
} from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { nowOf, timelineNow } from "./answers.ts";
import { checkTeams, Config, layersOf } from "./config.ts";
import * as contract from "./contract.ts";
import { decided } from "./decided.ts";
import { standIns, TakeOver, takeOver, Withdraw, withdraw } from "./override.ts";

/** A configuration that says something else from now on is a fact, so that the past stays as it was. */
async function rememberSchedules(fx: Effects<Config>): Promise<void> {
  const known = fx.view(decided);
  const teams = new Set([...Object.keys(known), ...Object.keys(fx.config.teams)]);
  for (const team of teams) {
    const layers = layersOf(fx.config, team);
    const last = known[team]?.versions.at(-1)?.layers ?? [];
    if (Bun.deepEquals(last, layers)) continue;
    await fx.record(`teams/${team}`, [contract.scheduleChanged({ team, layers })]);
  }
}

const ofTeam = ({ team }: { team: string }): string => `stand-ins/${team}`;

export const onCall: Capability = capability({
  id: "on-call",
  about: "Who is on call, until when, and who is next.",
  config: Config,
  check: checkTeams,
  emits: [contract.scheduleChanged, contract.overridden, contract.overrideWithdrawn],
  refuses: [contract.unknownTeam, contract.spanOutOfRange, contract.unknownOverride],
  commands: [
    command("on-call.take-over", {
      about: "Gives a stretch of a team's time to somebody, in place of whoever has it.",
      input: TakeOver,
      model: standIns,
      key: ofTeam,
      decide: takeOver,
      allow: "responder",
    }),
    command("on-call.withdraw", {
      about: "Takes a stand-in back, from now on.",
      input: Withdraw,
      model: standIns,
      key: ofTeam,
      decide: withdraw,
      allow: "responder",
    }),
  ],
  views: [decided],
  answers: [
    answer(contract.now, (read: Read<Config>) => nowOf(read)),
    answer(contract.timelineOf, (read: Read<Config>, input) => timelineNow(read, input)),
  ],
  reactions: [reconcile("on-call.schedules", [configApplied], rememberSchedules)],
});
