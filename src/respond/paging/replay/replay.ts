import { action, type Effects, isRefusal, type Millis, oneAtATime, type Refusal } from "#kernel";
import * as z from "zod";
import { replayBusy, type ReplayedTurn, replayOrder } from "../../alerts/contract.ts";
import { timelineOf } from "../../on-call/contract.ts";
import { configNow } from "../chosen/chosen.ts";
import type { Config } from "../config.ts";
import { type CallsReplayed, PagesReplayed } from "../contract.ts";
import { rotaNow } from "../escalation/desk.ts";
import type { Rota } from "../escalation/plan.ts";
import { answersFrom } from "./answers.ts";
import { absencesSince } from "./asleep.ts";
import { channelsFrom, resultFacts } from "./channels.ts";
import { splitChange, withPolicies } from "./change.ts";
import { climbThePast } from "./climb.ts";
import { callingFrom, tellCalls } from "./tell.ts";
import { threadFacts, threadsOf } from "./thread.ts";

const dayMs = 86_400_000;
const daysMax = 90;
const factsMax = 50_000;
const pageOfFacts = 1_000;
const textCharsMax = 100_000;

/** Facts of the past, from the log, oldest first; of very many the newest. */
async function pastFacts(
  fx: Pick<Effects, "log" | "sleep">,
  from: Millis,
  of: readonly { type: string }[],
): Promise<ReturnType<typeof fx.log.page>> {
  const types = of.map(({ type }) => type);
  const found = [];
  for (let before: number | undefined; found.length < factsMax;) {
    // Thousands of facts are unsealed: the rest of control gets its turn in between.
    await fx.sleep(1);
    const more = before === undefined ? {} : { before };
    const page = fx.log.page({ after: 0, types, backwards: true, limit: pageOfFacts, ...more });
    found.push(...page.filter(({ at }) => at >= from));
    const last = page.at(-1);
    if (!last || last.at < from) break;
    before = last.position;
  }
  return found.toReversed();
}

/** Who was on call in each team, as the rotations and the stand-ins say by now. */
async function rotas(
  fx: Effects<Config>,
  of: { from: Millis; days: number },
): Promise<(at: Millis) => Rota> {
  const teams = Object.keys(await rotaNow(fx));
  const shifts = await Promise.all(
    teams.map(async (team) => [team, (await fx.ask(timelineOf, { team, ...of })).shifts] as const),
  );
  return (at) =>
    Object.fromEntries(
      shifts.map(([team, all]) => [
        team,
        all.find((each) => each.from <= at && each.to > at)?.member ?? null,
      ]),
    );
}

async function replay(
  fx: Effects<Config>,
  { change, days }: { change: string; days: number },
): Promise<PagesReplayed | Refusal> {
  const said = await splitChange(change);
  if (isRefusal(said)) return said;
  const config = withPolicies(configNow(fx), said.paging);
  if (isRefusal(config)) return config;
  const replayed = await fx.order(replayOrder, { change: said.alerts, days, withTurns: true });
  if (isRefusal(replayed)) return replayed;
  const { turns, ...rest } = replayed;
  return { ...rest, calls: await callsOf(fx, { config, turns, from: rest.from, to: rest.to }) };
}

async function callsOf(
  fx: Effects<Config>,
  of: { config: Config; turns: readonly ReplayedTurn[]; from: Millis; to: Millis },
): Promise<CallsReplayed | null> {
  const { config, turns, from, to } = of;
  if (Object.keys(config.people).length === 0) return null;
  const began = Math.min(from, turns[0]?.at ?? from);
  const past = threadsOf(await pastFacts(fx, began - dayMs, threadFacts));
  const channels = channelsFrom(await pastFacts(fx, began - dayMs, resultFacts));
  const would = await climbThePast(turns, {
    ...{ config, to, answers: answersFrom(past, channels), breathe: () => fx.sleep(1) },
    ...{ channels, absences: absencesSince(fx, began) },
    rotaAt: await rotas(fx, { from: began, days: Math.ceil((to - began) / dayMs) + 1 }),
  });
  return tellCalls({ was: callingFrom(past, from), would: callingFrom(would, from) }, config);
}

const oneReplay = oneAtATime(replayBusy);

export const replayAction = action("paging.replay", {
  about:
    "Runs other rules, routes, objectives or policies over the recorded past: what would have paged, whom, and when would somebody have seen to it?",
  allow: "responder",
  input: z
    .object({
      change: z
        .string()
        .max(textCharsMax)
        .default("")
        .describe(
          "What is to be different, as YAML as in castor.yaml: under `alerts:`, and `policies` under `paging:`. Without either of them it is all for alerts; nothing: the configuration in force.",
        ),
      days: z.number().int().min(1).max(daysMax).default(7).describe("So many days back."),
    })
    .strict(),
  output: PagesReplayed,
  act: (input, fx: Effects<Config>) => oneReplay(fx, () => replay(fx, input)),
});
