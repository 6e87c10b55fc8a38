import { type FirstHours, noFirstHours } from "../spikes/first-hours.ts";
import { type Length, lengths, groundAt, slotOf } from "../spikes/windows.ts";
import type { Grounds } from "./watched.ts";

const hoursInDay = 24;
const hourMs = 3_600_000;
/** A day counts half after a week. */
const profileKeptPerDay = 2 ** (-1 / 7);
/** A profile is believed once so many events a day speak for it. */
const profileDoubt = 5;
/** However quiet it is, a little traffic is taken for granted. */
const exposureMin = 0.02;
/** Fewer requests an hour say too little about how many errors there should be. */
const requestsPerHourMin = 60;
/** What control said of the traffic is used for so long. */
export const trafficFreshMs = 60_000;

/** Requests that the gateway carried to a project's service. */
export type Traffic = { lastFast: number; lastSlow: number; meanPerHour: number };
/** What is remembered of a project: its traffic, the hours of its day, and how its errors begin. */
export type ProjectWatch = {
  grounds: Grounds;
  /** Events and sessions by hour of the day (UTC), and the days on which that hour was heard; both decay. */
  profile: { heard: number; days: number }[];
  firstHours: FirstHours;
};
/** Begins at the slots that fill now. */
export const projectFrom = (now: number): ProjectWatch => ({
  grounds: {
    fast: groundAt(slotOf(now, "fast") - 1),
    slow: groundAt(slotOf(now, "slow") - 1),
  },
  profile: Array.from({ length: hoursInDay }, () => ({ heard: 0, days: 0 })),
  firstHours: noFirstHours,
});

const silent = { heard: 0, days: 0 };

/** How busy this hour of the day usually is: 1 is ordinary, as is an hour that was never listened to. */
export function usual({ profile }: ProjectWatch, at: number): number {
  const heard = profile.reduce((sum, each) => sum + each.heard, 0);
  const days = profile.reduce((sum, each) => sum + each.days, 0);
  const perHour = days === 0 ? 0 : heard / days;
  const hour = profile[Math.floor(at / hourMs) % hoursInDay] ?? silent;
  return (hour.heard + profileDoubt) / (hour.days * perHour + profileDoubt);
}

/** Notes how much was heard in an hour that ended. */
export function noteHour(project: ProjectWatch, slot: number, heard: number): void {
  const hour = project.profile[slot % hoursInDay] ?? silent;
  project.profile[slot % hoursInDay] = {
    heard: hour.heard * profileKeptPerDay + heard,
    days: hour.days * profileKeptPerDay + 1,
  };
}

/** How much traffic a slot has, in ordinary hours: by the gateway's requests, else by the hour of the day. */
export function exposureOf(
  project: ProjectWatch,
  of: { at: number; length: Length; traffic: Traffic | undefined },
): number {
  const hours = lengths[of.length] / hourMs;
  const { traffic } = of;
  const ratio =
    traffic && traffic.meanPerHour >= requestsPerHourMin
      ? (of.length === "fast" ? traffic.lastFast / hours : traffic.lastSlow) / traffic.meanPerHour
      : usual(project, of.at);
  return hours * Math.max(exposureMin, ratio);
}
