import {
  type Effects,
  every,
  type Millis,
  perCastor,
  type Reaction,
  reconcile,
  Turns,
} from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { beat } from "./beat.ts";
import { asksTheSame, type Beats, beatsOf, noBeats, noteBeat, pauseMs } from "./beats.ts";
import type { Config, Probe } from "./config.ts";
import { beats as beatsCounter, took, type Tried, withdrawn } from "./contract.ts";
import { afterBeats, afterCertificate, known, noVerdict } from "./verdict.ts";

type Fx = Effects<Config>;

const lookEveryMs = 250;
const beatsAtOnceMax = 32;
/** After a start the first beats are spread over so long. */
const spreadMs = 5_000;

/** Whoever records of the same probe waits for each other: no verdict comes after its end. */
const turnsOf = perCastor(() => new Turns());
const isGone = (name: string, fx: Fx): boolean => !Object.hasOwn(fx.config, name);

/** What is no longer in the configuration is no longer known; its alert ends. */
async function becomeAsConfigured(fx: Fx): Promise<void> {
  const all = beatsOf(fx);
  for (const name of new Set([...all.keys(), ...Object.keys(fx.view(known))]))
    await turnsOf(fx).take(name, async () => {
      if (!isGone(name, fx)) return;
      all.delete(name);
      if (Object.hasOwn(fx.view(known), name)) await fx.record(name, [withdrawn({ probe: name })]);
    });
}

/** Whoever has waited longest comes first: many that hang must not keep the others from their turn. */
function beatAllDue(fx: Fx): void {
  const all = Object.entries(fx.config).map(([name, probe]): Of => ({
    name,
    probe,
    beats: beatsFor(name, probe, fx),
  }));
  const underWay = all.filter(({ beats }) => beats.isUnderWay).length;
  const due = all
    .filter(({ beats, probe }) => !beats.isUnderWay && isDue(beats.nextAt, fx.now, probe.every))
    .toSorted((a, b) => a.beats.nextAt - b.beats.nextAt);
  for (const each of due.slice(0, Math.max(0, beatsAtOnceMax - underWay)))
    void beatOnce(each, fx).catch((error: unknown) =>
      fx.note(`The beat of ${each.name} broke: ${String(error)}`),
    );
}

/** A clock that was set back must not silence a probe until it has caught up. */
const isDue = (nextAt: Millis, now: Millis, everyMs: Millis): boolean =>
  now >= nextAt || nextAt - now > 2 * everyMs;

function beatsFor(name: string, probe: Probe, fx: Fx): Beats {
  const all = beatsOf(fx);
  const found = all.get(name);
  if (found && (found.isUnderWay || asksTheSame(found.of, probe))) {
    if (!found.isUnderWay) found.of = probe;
    return found;
  }
  const soon = found ? 0 : Math.min(probe.every, spreadMs) * fx.random();
  const fresh = noBeats(probe, fx.now + Math.round(soon));
  all.set(name, fresh);
  return fresh;
}

type Of = { name: string; probe: Probe; beats: Beats };

/** One beat at a time for each probe: the next is due only once this one is over. */
async function beatOnce({ name, probe, beats }: Of, fx: Fx): Promise<void> {
  beats.isUnderWay = true;
  try {
    const result = await beat(probe, fx);
    await turnsOf(fx).take(name, async () => {
      // It was taken out, or became another, while the question was under way.
      const now = isGone(name, fx) ? undefined : fx.config[name];
      if (fx.signal.aborted || !now || !asksTheSame(probe, now)) return;
      fx.count(beatsCounter, { probe: name, outcome: result.ok ? "passed" : "failed" });
      if (result.ok) fx.count(took, { probe: name }, result.tookMs);
      await conclude({ name, probe: now, beats }, result, fx);
    });
  } finally {
    beats.isUnderWay = false;
    const state = fx.view(known)[name]?.state;
    const isSure = beats.last?.ok === true && state === "passing";
    beats.nextAt = fx.now + pauseMs({ isSure, everyMs: probe.every }, fx.random());
  }
}

/** Records what changed; ten thousand beats that say the same leave no line in the log. */
async function conclude({ name, probe, beats }: Of, result: Tried, fx: Fx): Promise<void> {
  const before = fx.view(known)[name] ?? noVerdict;
  const verdict = noteBeat(beats, result, probe);
  const { certificate } = result;
  if (certificate) beats.certificate = certificate;
  const events = [
    ...(verdict ? afterBeats({ name, probe }, before, verdict) : []),
    ...(certificate
      ? afterCertificate({ name, probe }, before, { until: certificate.until, now: fx.now })
      : []),
  ];
  if (events.length > 0) await fx.record(name, events);
}

export const reactions: readonly Reaction[] = [
  reconcile("probes.as-configured", [configApplied], becomeAsConfigured),
  every("probes.look", lookEveryMs, beatAllDue),
];
