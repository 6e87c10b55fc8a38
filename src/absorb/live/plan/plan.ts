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

function warningsOf(plan: PlanConfig, show: Show, estimates: readonly Estimate[]): string[] {
  const high = estimates.at(-1);
  const warnings: string[] = [];
  if (high && high.needs.connections > show.shape.participantsMax)
    warnings.push(
      `participantsMax is ${show.shape.participantsMax}, and ${high.needs.connections} may come: the door would turn people away.`,
    );
  if (high && high.machines.on > 1 && high.machines.between === high.machines.on)
    warnings.push(
      "Scaling for each question saves nothing: whoever is connected needs the machines between questions too.",
    );
  else if (plan.questionEvery < plan.machine.boot * 2)
    warnings.push(
      "Questions follow each other faster than machines boot: keep them up for the whole show.",
    );
  if (plan.tls && high && high.machines.on > 1 && high.saturatesFirst === "cpu-connecting")
    warnings.push(
      "Everybody coming back at once costs more than answering: let a CDN end TLS, or give clients longer to reconnect.",
    );
  return warnings;
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
  const minutes = estimates.at(-1)?.minutes ?? [];
  const name = `live-${id}`;
  const schedules = (["showOnly", "perSpike"] as const).map((way) => {
    const steps = stepsOf(startsAt, minutes, way);
    return {
      way: way === "showOnly" ? ("show-only" as const) : ("per-spike" as const),
      keda: kedaOf(name, steps, plan.zone),
      aws: awsOf(name, steps),
    };
  });
  const warnings = warningsOf(plan, show, estimates);
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
