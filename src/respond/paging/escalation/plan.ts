import { instantOf, laterWall, type Millis, wallOf } from "#kernel";
import { channelNamed } from "../adapters/all.ts";
import { channelName, type Config, type PersonConfig, policyOf } from "../config.ts";
import type { Urgency } from "../channel/where.ts";
import type { Callee } from "../contract.ts";

/** Who is called in which order, with names in the place of teams. A step without people is there, and skipped. */
export type Plan = {
  steps: readonly { callees: readonly Callee[]; afterMs: Millis }[];
  acknowledgedForMs: Millis;
};
/** Who is on call now, by team. */
export type Rota = Readonly<Record<string, string | null>>;

const minutesPerHour = 60;

/** The first instant from `at` on at which this person may be called for what can wait. */
export function nextWaking({ zone, wakes, sleeps }: PersonConfig, at: Millis): Millis {
  if (wakes === sleeps) return at;
  const wall = wallOf(at, zone);
  const minute = wall.hour * minutesPerHour + wall.minute;
  const isAwake =
    wakes < sleeps ? minute >= wakes && minute < sleeps : minute >= wakes || minute < sleeps;
  if (isAwake) return at;
  const time = { hour: Math.floor(wakes / minutesPerHour), minute: wakes % minutesPerHour };
  const today = { ...wall, ...time };
  const next = minute < wakes ? today : { ...laterWall(today, { days: 1 }), ...time };
  return Math.max(at, instantOf(next, zone));
}

/** How a person is reached for something of this urgency, from an instant on. */
export function calleeOf(
  config: Config,
  person: string,
  of: { urgency: Urgency; now: Millis },
): Callee | undefined {
  const found = config.people[person];
  if (!found) return undefined;
  const from = of.urgency === "low" ? nextWaking(found, of.now) : of.now;
  const fitting = found.channels.filter(({ urgencies }) => urgencies.includes(of.urgency));
  // Who named no channel for it is still better called than not.
  const ways = (fitting.length > 0 ? fitting : found.channels).map((each) => ({
    channel: channelName(each),
    kind: each.kind,
    at: from + each.after,
    updates: channelNamed(each.kind).updates,
  }));
  return { person, ways: ways.toSorted((a, b) => a.at - b.at) };
}

function peopleOf(config: Config, rota: Rota, who: string): string[] {
  if (who === "everyone") return Object.keys(config.people);
  const onCall = who === "on-call" ? Object.values(rota) : [rota[who.slice("team:".length)]];
  if (who === "on-call" || who.startsWith("team:")) return onCall.flatMap((each) => each ?? []);
  return [who];
}

/** The policy of a receiver with today's names; whoever it was given to stands before all steps. */
export function planOf(
  config: Config,
  rota: Rota,
  of: { receiver: string; urgency: Urgency; now: Millis; assigned?: string | undefined },
): Plan {
  const { steps, acknowledgedFor } = policyOf(config, of.receiver);
  const whos = [
    ...(of.assigned === undefined ? [] : [{ who: [of.assigned], after: steps[0]?.after ?? 0 }]),
    ...steps,
  ];
  const named = whos.map(({ who, after }) => ({
    callees: [...new Set(who.flatMap((each) => peopleOf(config, rota, each)))].flatMap(
      (person) => calleeOf(config, person, of) ?? [],
    ),
    afterMs: after,
  }));
  const everybody = Object.keys(config.people).flatMap(
    (person) => calleeOf(config, person, of) ?? [],
  );
  // A policy that names nobody today must not mean that nobody is called.
  const isEmpty = named.every(({ callees }) => callees.length === 0);
  const last = named.at(-1)?.afterMs ?? 0;
  return {
    steps: isEmpty ? [{ callees: everybody, afterMs: last }] : named,
    acknowledgedForMs: acknowledgedFor,
  };
}
