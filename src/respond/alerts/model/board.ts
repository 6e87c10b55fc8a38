import type { Millis } from "#kernel";
import { type Alert, isFiring, merged, rank, severityOf } from "./alert.ts";
import { isFlapping, type Turn, turnsMax } from "./flapping.ts";
import { type Group, type SavedGroup, tell } from "./group.ts";
import { Causes, type DependsOn, type InhibitRule } from "./inhibit.ts";
import type { Notice } from "./notice.ts";
import { groupKey, groupLabels, type Route, routesFor } from "./route.ts";
import type { Silence } from "../contract/silence.ts";
import { silencedBy } from "./silence.ts";
import { isQuiet } from "./times.ts";

export type Policy = {
  root: Route;
  inhibit: readonly InhibitRule[];
  dependsOn: DependsOn;
  reopenMs: Millis;
};
export type Entry = {
  alert: Alert;
  groups: string[];
  turns: Turn[];
  isFlapping: boolean;
  wasFiring: boolean;
};
/** Why somebody is not woken by an alert. */
export type Muted = { silencedBy: string[]; inhibitedBy: string[] };

/** Others that make it worse too may come within so long. */
const worseWaitMs: Millis = 5_000;

const keyOf = (intake: string | undefined, key: string): string => `${intake ?? ""}\u0000${key}`;

/** All alerts and the groups they make. Pure: it knows no clock, and tells what is to be told. */
export class Board {
  readonly entries = new Map<string, Entry>();
  readonly groups = new Map<string, Group>();
  /** What began or ended, also by time alone, since somebody emptied this. */
  readonly turned = new Set<string>();
  /** By the sender and its own key for it (`dedup_key`). */
  readonly #byKey = new Map<string, string>();
  #policy: Policy;
  #routes = new Map<string, Route>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Other rules: everything is gathered anew, and what was told stays told. */
  configure(policy: Policy, now: Millis): void {
    this.#policy = policy;
    this.#routes.clear();
    // What was told as firing and is over is still to be told of where it was.
    for (const { members, firing } of this.groups.values()) {
      members.clear();
      for (const fingerprint of firing) {
        const entry = this.entries.get(fingerprint);
        if (entry && !isFiring(entry.alert, now)) members.add(fingerprint);
      }
    }
    for (const entry of this.entries.values()) this.#gather(entry, now);
  }

  get policy(): Policy {
    return this.#policy;
  }

  receive(next: Alert, now: Millis): void {
    const known = this.entries.get(next.fingerprint);
    const alert = merged(known?.alert, next);
    if (known) {
      // What is said again and again is kept once.
      alert.labels = known.alert.labels;
      if (Bun.deepEquals(alert.annotations, known.alert.annotations))
        alert.annotations = known.alert.annotations;
      known.alert = alert;
      const began = this.#turn(known, now);
      this.#gather(known, now);
      if (began) this.#hasten(known, now);
      return;
    }
    const entry: Entry = { alert, groups: [], turns: [], isFlapping: false, wasFiring: false };
    this.#turn(entry, now);
    this.entries.set(alert.fingerprint, entry);
    const key = alert.labels["dedup_key"];
    if (key !== undefined) this.#byKey.set(keyOf(alert.labels["intake"], key), alert.fingerprint);
    // What is over before anybody heard of it is not news.
    if (!isFiring(alert, now)) return;
    this.#gather(entry, now);
    this.#hasten(entry, now);
  }

  /** What makes an open group worse is not told at its next turn but soon. */
  #hasten({ alert, groups }: Entry, now: Millis): void {
    const gravity = rank(severityOf(alert.labels));
    for (const key of groups) {
      const group = this.groups.get(key);
      if (!group?.isOpen || gravity <= rank(group.severity)) continue;
      const waitMs = Math.min(this.#routes.get(key)?.waitMs ?? 0, worseWaitMs);
      group.flushAt = Math.min(group.flushAt, now + waitMs);
    }
  }

  /** The latest alert that a sender had under a key of its own. */
  withKey(intake: string, key: string): Entry | undefined {
    return this.entries.get(this.#byKey.get(keyOf(intake, key)) ?? "");
  }

  /** Whether it just began to fire. */
  #turn(entry: Entry, now: Millis): boolean {
    const firing = isFiring(entry.alert, now);
    const hasTurned = firing !== entry.wasFiring;
    if (hasTurned) {
      entry.turns.push({ at: now, isFiring: firing });
      if (entry.turns.length > turnsMax) entry.turns.shift();
      entry.wasFiring = firing;
      this.turned.add(entry.alert.fingerprint);
    }
    entry.isFlapping = isFlapping(entry.isFlapping, entry.turns, now);
    return hasTurned && firing;
  }

  #gather(entry: Entry, now: Millis): void {
    const { alert } = entry;
    const isKnown =
      entry.groups.length > 0 &&
      entry.groups.every((key) => this.groups.get(key)?.members.has(alert.fingerprint));
    if (isKnown) return;
    if (!isFiring(alert, now) && !entry.isFlapping) return;
    entry.groups = routesFor(this.#policy.root, alert.labels).map((route) => {
      const key = groupKey(route, alert.labels);
      this.#routes.set(key, route);
      const group = this.groups.get(key) ?? this.#newGroup(key, route, alert);
      group.members.add(alert.fingerprint);
      const isOld = alert.startsAt + route.waitMs < now;
      if (group.flushAt === Infinity)
        group.flushAt = group.isOpen ? now + route.intervalMs : isOld ? now : now + route.waitMs;
      else if (!group.hasFlushed && isOld) group.flushAt = now;
      return key;
    });
  }

  #newGroup(key: string, { receiver, ...route }: Route, { labels }: Alert): Group {
    const group: Group = {
      ...{ key, receiver, labels: groupLabels({ receiver, ...route }, labels) },
      ...{ id: "", members: new Set<string>(), firing: new Set<string>() },
      ...{ flushAt: Infinity, hasFlushed: false, isOpen: false },
      ...{ count: 0, severity: "info" as const, toldAt: 0, closedAt: 0 },
    };
    this.groups.set(key, group);
    return group;
  }

  /** An alert as it was before a restart. */
  restoreAlert(alert: Alert, turns: Turn[]): void {
    this.receive(alert, alert.updatedAt);
    const known = this.entries.get(alert.fingerprint);
    if (known) known.turns = turns;
  }

  /** What was told before a restart. Groups that are open look again soon. */
  restore(saved: SavedGroup, now: Millis): void {
    const known = this.groups.get(saved.key);
    this.groups.set(saved.key, {
      ...saved,
      firing: new Set(saved.firing),
      members: new Set([...saved.firing, ...(known?.members ?? [])]),
      flushAt: saved.isOpen ? now + 1_000 : (known?.flushAt ?? Infinity),
      hasFlushed: true,
    });
  }

  causes(now: Millis): Causes {
    const { inhibit, dependsOn } = this.#policy;
    const firing = [...this.entries.values()].flatMap(({ alert }) =>
      isFiring(alert, now) ? [alert] : [],
    );
    return new Causes({ rules: inhibit, dependsOn, firing });
  }

  muted(alert: Alert, of: { causes: Causes; silences: readonly Silence[]; now: Millis }): Muted {
    return {
      silencedBy: silencedBy(of.silences, alert.labels, of.now),
      inhibitedBy: of.causes.of(alert),
    };
  }

  /** When the next group is to be looked at; Infinity where none is. */
  nextAt(): Millis {
    let next = Infinity;
    for (const { flushAt } of this.groups.values()) if (flushAt < next) next = flushAt;
    return next;
  }

  /** Looks at each group whose time has come. */
  flush(now: Millis, silences: readonly Silence[], newId: () => string): Notice[] {
    const ripe = [...this.groups.values()].filter(({ flushAt }) => flushAt <= now);
    if (ripe.length === 0) return [];
    for (const entry of this.entries.values()) this.#turn(entry, now);
    const causes = this.causes(now);
    const suffering = this.suffering(causes, now);
    return ripe.flatMap((group) => {
      const route = this.#routes.get(group.key);
      const isQuietTime = route !== undefined && isQuiet(route.quiet, now);
      const found = this.#find(group, { causes, silences, now, suffering, isQuietTime });
      const times = { now, repeatMs: route?.repeatMs ?? Infinity, reopenMs: this.#policy.reopenMs };
      const notice = tell(group, found, times, newId);
      group.hasFlushed = true;
      this.#dropResolved(group, now);
      const interval = route?.intervalMs ?? 60_000;
      group.flushAt = group.members.size > 0 ? now + interval : Infinity;
      return notice ? [notice] : [];
    });
  }

  /** Which services are down because of which. */
  suffering(causes: Causes, now: Millis): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const { alert } of this.entries.values()) {
      const { service } = alert.labels;
      const root = isFiring(alert, now) ? causes.rootOf(service) : undefined;
      if (!root || service === undefined) continue;
      const those = found.get(root.service) ?? new Set();
      found.set(root.service, those.add(service));
    }
    return found;
  }

  #find(
    group: Group,
    of: {
      causes: Causes;
      silences: readonly Silence[];
      now: Millis;
      suffering: Map<string, Set<string>>;
      isQuietTime: boolean;
    },
  ): Parameters<typeof tell>[1] {
    const loud: Alert[] = [];
    const over: Alert[] = [];
    const impact = new Set<string>();
    let isMuted = false;
    for (const fingerprint of group.members) {
      const entry = this.entries.get(fingerprint);
      if (!entry) continue;
      const { alert } = entry;
      // What goes to and fro counts as firing until it is calm: one page, one thread.
      if (!isFiring(alert, of.now) && !entry.isFlapping) {
        if (group.firing.has(fingerprint)) over.push(alert);
        continue;
      }
      const { silencedBy: hushed, inhibitedBy } = this.muted(alert, of);
      if (of.isQuietTime || hushed.length + inhibitedBy.length > 0) {
        isMuted = true;
        continue;
      }
      loud.push(alert);
      for (const each of of.suffering.get(alert.labels["service"] ?? "") ?? []) impact.add(each);
    }
    return { loud, over, isMuted, impact: [...impact].sort() };
  }

  #dropResolved(group: Group, now: Millis): void {
    for (const fingerprint of group.members) {
      const entry = this.entries.get(fingerprint);
      if (entry && (isFiring(entry.alert, now) || entry.isFlapping)) continue;
      group.members.delete(fingerprint);
    }
  }

  /** Forgets what is over, told, and too old to come back as the same. Gives the fingerprints and the keys of groups. */
  forget(now: Millis): { alerts: string[]; groups: string[] } {
    const held = new Set<string>();
    for (const { members } of this.groups.values()) for (const each of members) held.add(each);
    const keepMs = Math.max(this.#policy.reopenMs, 21 * 60_000);
    const gone = { alerts: [] as string[], groups: [] as string[] };
    for (const [fingerprint, { alert }] of this.entries)
      if (alert.endsAt + keepMs < now && !held.has(fingerprint)) gone.alerts.push(fingerprint);
    for (const [key, { members, isOpen, toldAt }] of this.groups)
      if (members.size === 0 && !isOpen && toldAt + keepMs < now) gone.groups.push(key);
    for (const each of gone.alerts) {
      this.entries.delete(each);
      this.turned.delete(each);
    }
    for (const [key, fingerprint] of this.#byKey)
      if (!this.entries.has(fingerprint)) this.#byKey.delete(key);
    for (const each of gone.groups) this.groups.delete(each);
    return gone;
  }

  routeOf(key: string): Route | undefined {
    return this.#routes.get(key);
  }
}
