import type { PlanCosts } from "../contract/costs.ts";
import type { Show } from "../contract/show.ts";
import { type PlanConfig, type Scenario, scenarios } from "./config.ts";
import { perSecond, sharesOf } from "./curve.ts";
import { leadMs, levels, type Minute, minutesOf, type Prices, pricesOf } from "./machines.ts";
import {
  assumed,
  bySaturation,
  type Costs,
  machinesFor,
  type Needs,
  needsOf,
  type Resource,
} from "./needs.ts";
import { awsOf, kedaOf, stepsOf } from "./schedules.ts";

export type Estimate = {
  scenario: Scenario;
  needs: Needs;
  /** Machines that each resource would ask for alone; the largest runs out first. */
  machinesBy: Record<Resource, number>;
  saturatesFirst: Resource;
  machines: { on: number; between: number };
  prices: Prices;
  minutes: Minute[];
  /** Answers in each second after the reveal. */
  curve: number[];
};
/** What the plan reckons with, and who says so. */
export type Reckoned = {
  what: keyof Costs;
  value: number;
  from: "measured now" | "castor.yaml" | "measured by nodes" | "assumed";
};
export type Plan = {
  answerUs: number;
  reckonedWith: Reckoned[];
  leadMs: number;
  startsAt: number;
  /** castor.yaml says when it starts; otherwise that is a guess, so that schedules have an hour. */
  isDated: boolean;
  estimates: Estimate[];
  schedules: { way: "show-only" | "per-spike"; keda: string; aws: string }[];
  warnings: string[];
};

const windowOf = ({ shape }: Show): number =>
  Math.max(...shape.questions.map(({ windowMs }) => windowMs));

function estimate(plan: PlanConfig, scenario: Scenario, show: Show, costs: Costs): Estimate {
  const windowMs = windowOf(show);
  const { participantsMax } = show.shape;
  const needs = needsOf(plan, scenario, { windowMs, costs, participantsMax });
  const machinesBy = machinesFor(needs, plan.machine);
  const minutes = minutesOf(plan, needs, windowMs);
  const arrival = { shape: plan.arrivalShape[scenario], scaleS: plan.arrivalScaleS[scenario] };
  const shares = sharesOf(arrival, { windowMs });
  return {
    ...{ scenario, needs, machinesBy, minutes },
    saturatesFirst: bySaturation(machinesBy)[0] ?? "cpu-answers",
    machines: levels(needs, plan.machine),
    prices: pricesOf(plan, minutes),
    curve: perSecond(shares).map((share) => Math.round(share * needs.answersPerQuestion)),
  };
}

const thousands = new Intl.NumberFormat("en");

/** What is wrong with the guesses themselves. */
function oddGuesses(plan: PlanConfig, show: Show, high: Estimate): string[] {
  const { connections } = high.needs;
  const [low, , most] = scenarios.map((each) => plan.registered[each] * plan.online[each]);
  const { participantsMax } = show.shape;
  return [
    connections === 0 ? "Nobody is expected: say how many under plan.registered." : "",
    (low ?? 0) > (most ?? 0)
      ? "Fewer people come if it goes high than if it goes low: what follows is for the last column."
      : "",
    connections > participantsMax
      ? `participantsMax is ${thousands.format(participantsMax)}, and ${thousands.format(connections)} may come: the door would turn people away.`
      : "",
  ];
}

/** What is wrong with the machines that it takes. */
function oddMachines(plan: PlanConfig, { machines, saturatesFirst }: Estimate): string[] {
  const { on, between } = machines;
  if (on === 1) return [];
  return [
    `All nodes of a show run on one machine so far: what takes ${thousands.format(on)} has to reach it through machines of your own, which end TLS or hand in answers as relays (docs/live-wire.md).`,
    between === on
      ? "Scaling for each question saves nothing: whoever is connected needs the machines between questions too."
      : plan.questionEvery < plan.machine.boot * 2
        ? "Questions follow each other faster than machines boot: keep them up for the whole show."
        : "",
    plan.tls && saturatesFirst === "cpu-connecting"
      ? "Everybody coming back at once costs more than answering: let a CDN end TLS, or give clients longer to reconnect."
      : "",
  ];
}

/** Scheduled actions that one Auto Scaling group may have. */
const awsActionsMax = 125;

function oddTimes(
  plan: PlanConfig,
  of: { now: number; startsAt: number; actions: number },
): string[] {
  const askAt = of.startsAt - leadMs(plan);
  return [
    of.startsAt < of.now
      ? "startsAt is over: cron would come at that day of next year, and AWS refuses what is past."
      : askAt < of.now
        ? `Machines should have been asked for at ${new Date(askAt).toISOString().slice(0, 16)}Z: to boot, and for everybody to connect.`
        : "",
    of.actions > awsActionsMax
      ? `For each question only it takes ${of.actions} scheduled actions, and an AWS group may have ${awsActionsMax}: scale for the whole show.`
      : "",
  ];
}

/** What was measured just now is believed before what the file says, that before what nodes found, and all of it before a guess. */
function reckon(now: PlanCosts, file: PlanCosts, answerUs: number | undefined): Reckoned[] {
  const nodes: PlanCosts = answerUs === undefined ? {} : { answerUs };
  const sources = [
    ["measured now", now],
    ["castor.yaml", file],
    ["measured by nodes", nodes],
    ["assumed", assumed],
  ] as const;
  return (Object.keys(assumed) as (keyof Costs)[]).flatMap((what) => {
    const found = sources.find(([, costs]) => costs[what] !== undefined);
    const value = found?.[1][what];
    return found && value !== undefined ? [{ what, value, from: found[0] }] : [];
  });
}

/** Low, mid and high: what the show needs, minute by minute, what runs out first, and what it costs. */
export function planOf(
  id: string,
  show: Show,
  plan: PlanConfig,
  of: { now: number; answerUs: number | undefined; measured?: PlanCosts | undefined },
): Plan {
  const reckonedWith = reckon(of.measured ?? {}, plan.costs, of.answerUs);
  const costs = Object.fromEntries(
    reckonedWith.map(({ what, value }) => [what, value]),
  ) as unknown as Costs;
  const { answerUs } = costs;
  const estimates = scenarios.map((scenario) => estimate(plan, scenario, show, costs));
  const startsAt = plan.startsAt === undefined ? tomorrowAt(of.now) : Date.parse(plan.startsAt);
  const high = estimates.at(-1);
  const minutes = high?.minutes ?? [];
  const name = `live-${id}`;
  let actions = 0;
  const schedules = (["showOnly", "perSpike"] as const).map((way) => {
    const steps = stepsOf(startsAt, minutes, way);
    actions = Math.max(actions, steps.length);
    return {
      way: way === "showOnly" ? ("show-only" as const) : ("per-spike" as const),
      keda: kedaOf(name, steps, plan.zone),
      aws: awsOf(name, steps),
    };
  });
  const warnings = [
    ...(high ? [...oddGuesses(plan, show, high), ...oddMachines(plan, high)] : []),
    ...oddTimes(plan, { now: of.now, startsAt, actions }),
  ].filter((each) => each !== "");
  return {
    answerUs,
    reckonedWith,
    leadMs: leadMs(plan),
    startsAt,
    isDated: plan.startsAt !== undefined,
    estimates,
    schedules,
    warnings,
  };
}

const dayMs = 86_400_000;
/** A show without a date is planned for tomorrow at the same time, so that the schedules can be read. */
const tomorrowAt = (now: number): number => Math.ceil((now + dayMs) / 3_600_000) * 3_600_000;
