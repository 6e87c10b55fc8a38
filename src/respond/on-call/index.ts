import {
  answer,
  capability,
  type Capability,
  command,
  type Effects,
  every,
  type Read,
  reconcile,
} from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { currentOf, nowOf, timelineNow } from "./answers.ts";
import { calendarRoute, feedsAnswer, feedsView, makeFeed, withdrawFeed } from "./calendar/feeds.ts";
import { checkTeams, Config, layersOf } from "./config.ts";
import * as contract from "./contract.ts";
import { decided } from "./decided.ts";
import { gapsTold, tellGaps } from "./gaps.ts";
import { holders, tellHandOvers } from "./holders.ts";
import { standIns, TakeOver, takeOver, Withdraw, withdraw } from "./override.ts";
import { Swap, swap } from "./swap.ts";

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

const decisions = [
  ...[configApplied, contract.scheduleChanged],
  ...[contract.overridden, contract.overrideWithdrawn],
];
const gapsEveryMs = 600_000;
const handOversEveryMs = 60_000;

const ofTeam = ({ team }: { team: string }): string => `stand-ins/${team}`;

export const onCall: Capability = capability({
  id: "on-call",
  about: "Who is on call, until when, and who is next.",
  config: Config,
  check: checkTeams,
  emits: [
    ...[contract.scheduleChanged, contract.overridden, contract.overrideWithdrawn],
    ...[contract.gapAhead, contract.gapClosed, contract.feedMade, contract.feedWithdrawn],
    contract.handedOver,
  ],
  refuses: [
    ...[contract.unknownTeam, contract.spanOutOfRange, contract.unknownOverride],
    ...[contract.unknownFeed, contract.tooManyFeeds],
  ],
  commands: [
    command("on-call.take-over", {
      about: "Gives a stretch of a team's time to somebody, in place of whoever has it.",
      input: TakeOver,
      model: standIns,
      key: ofTeam,
      decide: takeOver,
      allow: "responder",
    }),
    command("on-call.swap", {
      about: "Trades hours between two people, both ways at once; only hours that are theirs.",
      input: Swap,
      model: standIns,
      key: ofTeam,
      decide: swap,
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
    withdrawFeed,
  ],
  actions: [makeFeed],
  routes: [calendarRoute],
  views: [decided, gapsTold, holders, feedsView],
  answers: [
    answer(contract.now, (read: Read<Config>) => nowOf(read)),
    answer(contract.current, (read: Read<Config>) => currentOf(read)),
    answer(contract.timelineOf, (read: Read<Config>, input) => timelineNow(read, input)),
    feedsAnswer,
  ],
  reactions: [
    reconcile("on-call.schedules", [configApplied], rememberSchedules),
    reconcile("on-call.gaps", decisions, tellGaps),
    // A gap comes into sight, and passes, without anybody deciding anything.
    every("on-call.gaps-by-time", gapsEveryMs, tellGaps),
    reconcile("on-call.hand-overs", decisions, tellHandOvers),
    every("on-call.hand-overs-by-time", handOversEveryMs, tellHandOvers),
  ],
});
