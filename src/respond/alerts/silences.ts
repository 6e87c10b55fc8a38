import { command, type Decide, type EventOf, type Model, view } from "#kernel";
import { Duration } from "#kernel/contract";
import * as z from "zod";
import { MatcherText, isSound, matches } from "./model/matcher.ts";
import { silenceState } from "./model/silence.ts";
import {
  Matcher,
  type Silence,
  silenced,
  silenceExpired,
  silenceOutOfRange,
  unknownSilence,
} from "./contract.ts";

/** Ended silences can be seen for so long, as in Alertmanager. */
const keptMs = 120 * 3_600_000;
const silencesMax = 10_000;

export type Silences = Readonly<Record<string, Silence>>;
type SilenceEvent = EventOf<typeof silenced> | EventOf<typeof silenceExpired>;

/** What a silence is after something happened to it. */
function folded(known: Silences, event: SilenceEvent): Silences {
  if (event.type === "alerts.silenced") return { ...known, [event.data.id]: event.data };
  const { id, at } = event.data;
  const old = known[id];
  return old
    ? {
        ...known,
        [id]: {
          ...old,
          endsAt: Math.min(old.endsAt, at),
          startsAt: Math.min(old.startsAt, at),
          updatedAt: at,
        },
      }
    : known;
}

const recent = (known: Silences, now: number): Silences => {
  const old = Object.values(known).filter(({ endsAt }) => endsAt + keptMs < now);
  if (old.length === 0) return known;
  const gone = new Set(old.map(({ id }) => id));
  return Object.fromEntries(Object.entries(known).filter(([id]) => !gone.has(id)));
};

export const silencesModel: Model<Silences, SilenceEvent> = { initial: {}, evolve: folded };
export const silencesView = view<Silences, typeof silenced | typeof silenceExpired>(
  "alerts.silences",
  {
    from: [silenced, silenceExpired],
    empty: () => ({}),
    apply: (known, { event, at }) => recent(folded(known, event), at),
  },
);

/** How often silences were changed: who changed one can wait until others know of so many. */
export const silenceTurnsView = view<number, typeof silenced | typeof silenceExpired>(
  "alerts.silence-turns",
  { from: [silenced, silenceExpired], empty: () => 0, apply: (turns) => turns + 1 },
);

export const PutSilence = z
  .object({
    id: z.string().max(100).optional(),
    matchers: z.array(Matcher).min(1).max(50),
    startsAt: z.number(),
    endsAt: z.number(),
    createdBy: z.string().max(200),
    comment: z.string().max(2_000),
  })
  .strict();
type PutSilence = z.infer<typeof PutSilence>;

/** What Alertmanager's `Set` does: a change keeps the id where it only moves the end, and is a new silence otherwise. */
export const putSilence: Decide<PutSilence, Silences, SilenceEvent> = (asked, known, facts) => {
  const { now } = facts;
  const old = asked.id === undefined ? undefined : known[asked.id];
  if (asked.id !== undefined && !old) return unknownSilence(`silence not found`);
  const wrong = mistake(asked, now);
  if (wrong !== undefined) return silenceOutOfRange(wrong);
  const open = Object.values(known).filter((each) => silenceState(each, now) !== "expired");
  if (open.length >= silencesMax) return silenceOutOfRange(`there are ${silencesMax} silences`);
  if (old && keepsId(old, asked, now)) return [silenced({ ...asked, id: old.id, updatedAt: now })];
  const made = silenced({
    ...asked,
    id: facts.id(),
    startsAt: Math.max(asked.startsAt, now),
    updatedAt: now,
  });
  return old && silenceState(old, now) !== "expired"
    ? [silenceExpired({ id: old.id, at: now }), made]
    : [made];
};

function mistake({ matchers, startsAt, endsAt }: PutSilence, now: number): string | undefined {
  if (endsAt <= startsAt) return "start time must be before end time";
  if (endsAt < now) return "end time can't be in the past";
  if (!matchers.every(isSound)) return "invalid matcher: bad regular expression";
  const matchesNothing = matchers.every((each) => matches(each, {}));
  return matchesNothing ? "at least one matcher must not match the empty string" : undefined;
}

function keepsId(old: Silence, next: PutSilence, now: number): boolean {
  if (!Bun.deepEquals(old.matchers, next.matchers)) return false;
  const state = silenceState(old, now);
  if (state === "expired") return false;
  if (state === "active") return next.startsAt === old.startsAt && next.endsAt >= now;
  return next.startsAt >= now;
}

const ofAll = (): string => "silences";
const allow = "responder";

export const putCommand = command("alerts.put-silence", {
  about: "Makes or changes a silence, with times as instants.",
  input: PutSilence,
  model: silencesModel,
  key: ofAll,
  decide: putSilence,
  allow,
});

const Reason = z.string().min(3).max(200).describe("Why; the log carries it.");

export const silenceCommand = command("alerts.silence", {
  about: "What matches pages nobody for a while; its ends are told all the same.",
  input: z
    .object({
      match: z.array(MatcherText).min(1).max(50).describe('Such as alertname="Flap".'),
      for: Duration.prefault("1h").describe("How long."),
      reason: Reason,
    })
    .strict(),
  model: silencesModel,
  key: ofAll,
  decide: ({ match, for: forMs, reason }, known, facts) =>
    putSilence(silenceFor(match, forMs, reason, facts), known, facts),
  allow,
});

export const maintainCommand = command("alerts.maintain", {
  about: "Work on a service: its alerts page nobody for a while.",
  input: z
    .object({
      service: z.string().min(1).max(200).describe("Which one."),
      for: Duration.prefault("1h").describe("How long."),
      reason: Reason,
    })
    .strict(),
  model: silencesModel,
  key: ofAll,
  decide: ({ service, for: forMs, reason }, known, facts) => {
    const matcher = { name: "service", value: service, isRegex: false, isEqual: true };
    return putSilence(silenceFor([matcher], forMs, `Maintenance: ${reason}`, facts), known, facts);
  },
  allow,
});

type Told = { now: number; actor: { id: string; name?: string | undefined } };
const silenceFor = (matchers: Matcher[], forMs: number, comment: string, of: Told): PutSilence => ({
  matchers,
  startsAt: of.now,
  endsAt: of.now + forMs,
  createdBy: of.actor.name ?? of.actor.id,
  comment,
});

export const expireCommand = command("alerts.expire-silence", {
  about: "Ends a silence now.",
  input: z.object({ id: z.string().min(1).max(100) }).strict(),
  model: silencesModel,
  key: ofAll,
  decide: ({ id }, known, { now }) => {
    const old = known[id];
    if (!old) return unknownSilence(`There is no silence ${id}.`);
    if (silenceState(old, now) === "expired") return [];
    return [silenceExpired({ id, at: now })];
  },
  allow,
});
