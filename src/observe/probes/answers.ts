import { answer, perCastor, type Read } from "#kernel";
import { type Beats, beatsOf } from "./beats.ts";
import type { Config, Probe as Configured } from "./config.ts";
import { beats as beatsCounter, failing, list, type Probe, show, took } from "./contract.ts";
import { expectWords } from "./judge.ts";
import { hostOf, shownTarget } from "./target.ts";
import { known, noVerdict } from "./verdict.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Beyond so many hours an hour is one point. */
const finelyHoursMax = 24;

type Shares = Map<string, number>;
const sharesKept = perCastor(() => ({ at: Number.NEGATIVE_INFINITY, shares: new Map() as Shares }));

/** The share of beats that passed, by probe. */
function sharesOver(
  read: Read<Config>,
  spanMs: number,
  where: Record<string, string> = {},
): Shares {
  const range = { from: read.now - spanMs, to: read.now };
  const totals = read.counters.total(beatsCounter, range, { where, by: ["probe", "outcome"] });
  const all = Map.groupBy(totals, ({ labels }) => labels["probe"] ?? "");
  return new Map(
    [...all].map(([probe, of]) => {
      const whole = of.reduce((sum, { value }) => sum + value, 0);
      const good = of.find(({ labels }) => labels["outcome"] === "passed")?.value ?? 0;
      return [probe, whole === 0 ? 0 : good / whole];
    }),
  );
}

/** Looked up once a minute: a live page asks each second. */
function sharesOfDay(read: Read<Config>): Shares {
  const kept = sharesKept(read);
  if (Math.abs(read.now - kept.at) >= minuteMs)
    Object.assign(kept, { at: read.now, shares: sharesOver(read, dayMs) });
  return kept.shares;
}

function pictureOf(name: string, probe: Configured, read: Read<Config>): Probe {
  const { url: target, service, severity, every: everyMs } = probe;
  const { state, since, why, ending } = read.view(known)[name] ?? noVerdict;
  const beats: Partial<Beats> = beatsOf(read).get(name) ?? {};
  const { last, certificate } = beats;
  return {
    ...{ probe: name, kind: target.kind, target: shownTarget(target), host: hostOf(target) },
    ...{ service: service ?? null, severity, state, since, why, everyMs },
    strip: [...(beats.strip ?? [])],
    last: last ? { at: last.at, ok: last.ok, says: last.says, tookMs: last.tookMs } : null,
    certificate: certificate ? { ...certificate, isEnding: ending !== undefined } : null,
    passedOfDay: sharesOfDay(read).get(name) ?? null,
  };
}

function historyOf(name: string, hours: number, read: Read<Config>) {
  const isFine = hours <= finelyHoursMax;
  const step = isFine ? "1m" : "1h";
  const stepMs = isFine ? minuteMs : hourMs;
  const to = Math.floor(read.now / stepMs + 1) * stepMs;
  const range = { from: to - hours * hourMs, to, step } as const;
  const where = { probe: name };
  const [median, slow] = read.counters.quantiles(took, range, [0.5, 0.95], { where });
  const failed = { probe: name, outcome: "failed" };
  const [failures] = read.counters.sum(beatsCounter, range, { where: failed });
  const none = Array.from({ length: (to - range.from) / stepMs }, () => null);
  return {
    ...{ from: range.from, stepMs },
    medianMs: median?.points ?? none,
    slowMs: slow?.points ?? none,
    failed: failures?.points ?? none,
  };
}

const monthMs = 30 * dayMs;

export const answers = [
  answer(list, (read: Read<Config>) =>
    Object.entries(read.config).map(([name, probe]) => pictureOf(name, probe, read)),
  ),
  answer(failing, (read: Read<Config>) => {
    const verdicts = read.view(known);
    const all = Object.entries(read.config).map(([probe, { severity, service = null }]) => ({
      ...{ probe, severity, service },
      ...(verdicts[probe] ?? noVerdict),
    }));
    return {
      probes: all.length,
      unknown: all.filter(({ state }) => state === "unknown").length,
      failing: all
        .filter(({ state }) => state === "failing")
        .map(({ probe, why, severity, service }) => ({ probe, why, severity, service })),
    };
  }),
  answer(show, (read: Read<Config>, { probe: name, hours }) => {
    const probe = Object.hasOwn(read.config, name) ? read.config[name] : undefined;
    return {
      probe: probe ? pictureOf(name, probe, read) : null,
      expects: probe ? expectWords(probe) : [],
      history: historyOf(name, hours, read),
      passedOfMonth: sharesOver(read, monthMs, { probe: name }).get(name) ?? null,
    };
  }),
];
