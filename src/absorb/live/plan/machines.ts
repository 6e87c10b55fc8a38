import type { PlanConfig } from "./config.ts";
import { machinesFor, type Needs } from "./needs.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** Hours of a month as clouds bill it. */
const monthHours = 730;

/** Machines that run at a minute of the show; minutes before its start are negative. */
export type Minute = {
  minute: number;
  /** With the show's machines up from before its start to its end. */
  showOnly: number;
  /** With more machines for each question only. */
  perSpike: number;
  answersPerSecond: number;
};

const up = (machines: number): number => Math.max(1, Math.ceil(machines - 1e-9));

/** Machines while a question is on, and between two of them: who is connected stays, and takes memory. */
export function levels(
  needs: Needs,
  machine: PlanConfig["machine"],
): { on: number; between: number } {
  const each = machinesFor(needs, machine);
  const between = up(Math.max(each.memory, needs.connectCores / machine.cores));
  return { on: up(Math.max(...Object.values(each))), between };
}

/** How long before the first question machines must be asked for: to boot, then to take everybody's connection. */
export const leadMs = (plan: PlanConfig): number => plan.machine.boot + plan.connectOver;

/** Every minute from the first machine to the last. */
export function minutesOf(plan: PlanConfig, needs: Needs, windowMs: number): Minute[] {
  const { on, between } = levels(needs, plan.machine);
  const first = -Math.ceil(leadMs(plan) / minuteMs);
  const last = Math.ceil(plan.length / minuteMs);
  const every = Math.max(minuteMs, plan.questionEvery);
  const minutes: Minute[] = [];
  for (let minute = first; minute < last; minute++) {
    const from = minute * minuteMs;
    // A machine for a spike is asked for a boot ahead, and goes when the answers are in.
    const next = Math.ceil(Math.max(0, from) / every) * every;
    const sinceLast = from < 0 ? Infinity : from % every;
    const isOpen = from >= 0 && sinceLast < windowMs;
    const isBooting = next - from <= plan.machine.boot && next < plan.length;
    minutes.push({
      minute,
      showOnly: on,
      perSpike: isOpen || isBooting ? on : between,
      answersPerSecond: isOpen ? Math.round(needs.peakPerSecond) : 0,
    });
  }
  return minutes;
}

export type Prices = { alwaysOn: number; showOnly: number; perSpike: number };

/** What a month with one show costs in each way. A machine is paid for at least `billedAtLeast`, per minute beyond. */
export function pricesOf(plan: PlanConfig, minutes: readonly Minute[]): Prices {
  const { pricePerHour, billedAtLeast } = plan.machine;
  const most = Math.max(...minutes.map(({ showOnly }) => showOnly));
  const cost = (hours: number): number => Math.round(hours * pricePerHour * 100) / 100;
  let spikeMs = 0;
  let upNow = 0;
  for (const { perSpike } of minutes) {
    const started = Math.max(0, perSpike - upNow);
    spikeMs += perSpike * minuteMs + started * Math.max(0, billedAtLeast - minuteMs);
    upNow = perSpike;
  }
  return {
    alwaysOn: cost(most * monthHours),
    showOnly: cost(Math.max(most * minutes.length * minuteMs, most * billedAtLeast) / hourMs),
    perSpike: cost(spikeMs / hourMs),
  };
}
