import { type Effects, every, type Millis, type Reaction, perCastor } from "#kernel";
import type { Config } from "../config.ts";
import { looks, ruleEnded, ruleFired } from "../contract.ts";
import { endOf, type OwnAlert, ownView } from "../own/open.ts";
import { objectiveWatch } from "./burn.ts";
import { keyOf } from "./look.ts";
import { countersOf, lookEveryMs, type Numbers } from "./numbers.ts";
import { roomWatch } from "./room.ts";
import { ruleWatch } from "./rule-watch.ts";
import { lookOnce, type Standing, type Turn, type Watch } from "./watch.ts";

/** Workers hand in what they counted each second; a stretch is looked at when the last of it has come. */
const settleMs = 2_000;
/** So many looks back at most when a watch is new to this process. */
const warmUpLooksMax = 400;
/** Others run after so many of them. */
const looksTogether = 20;

type Said = Pick<Config, "rules" | "objectives" | "own">;
type Watched = { watch: Watch; said: unknown; standing: Standing; nextAt: Millis };
const lookOutOf = perCastor(() => ({ watched: new Map<string, Watched>() }));

/** Rules, objectives and what Castor looks at by itself, with what the configuration says of each. */
export function* watchesOf({
  rules,
  objectives,
  own,
}: Said): Generator<[watch: Watch, said: unknown]> {
  yield [roomWatch(own.roomDrains), own.roomDrains];
  for (const [name, rule] of Object.entries(rules)) yield [ruleWatch(name, rule), rule];
  for (const [name, of] of Object.entries(objectives)) yield [objectiveWatch(name, of), of];
}

const firing = (fx: Pick<Effects, "view" | "now">): OwnAlert[] =>
  Object.values(fx.view(ownView)).filter(
    (own) => own.rule !== undefined && endOf(own, fx.now) === undefined,
  );

/**
 * How a watch stands when this process meets it first: what fires by the log, and what was bad for a while by the counters.
 * So a hold goes on over a restart, and nothing of it needs to be kept.
 */
async function standingOf(
  watch: Watch,
  fx: Effects,
  of: { numbers: Numbers; at: Millis },
): Promise<Standing> {
  const standing: Standing = new Map(
    firing(fx)
      .filter(({ rule }) => rule === watch.name)
      .map(({ labels, at }) => [
        keyOf(labels),
        { labels, held: { since: at, isFiring: true, badAt: of.at } },
      ]),
  );
  const { everyMs, hold } = watch;
  const looksBack = Math.min(warmUpLooksMax, Math.ceil(hold.forMs / everyMs));
  for (let n = looksBack; n > 0; n--) {
    lookOnce(watch, standing, of.numbers, of.at - n * everyMs);
    if (n % looksTogether === 0) await fx.sleep(1);
  }
  return standing;
}

async function tell(fx: Effects<Config>, rule: string, all: readonly Turn[]): Promise<void> {
  const facts = all.map(({ turn, labels, annotations, value, since }) =>
    turn === "fires"
      ? ruleFired({ rule, labels, annotations, value, since })
      : ruleEnded({ rule, labels, value, since, why: "over" }),
  );
  if (facts.length > 0) await fx.record(`rules/${rule}`, facts);
}

async function lookOut(fx: Effects<Config>): Promise<void> {
  fx.count(looks, {});
  const at = Math.floor((fx.now - settleMs) / lookEveryMs) * lookEveryMs;
  const kept = lookOutOf(fx);
  const before = kept.watched;
  const watched = (kept.watched = new Map<string, Watched>());
  const numbers = countersOf(fx);
  for (const [watch, said] of watchesOf(fx.config)) {
    const known = before.get(watch.name);
    // Read anew with each change of the file, so what is another object may be the same rule.
    const isSame = known && (known.said === said || Bun.deepEquals(known.said, said));
    const each = isSame
      ? known
      : { watch, said, nextAt: at, standing: await standingOf(watch, fx, { numbers, at }) };
    if (at >= each.nextAt) {
      each.nextAt = at + watch.everyMs;
      await tell(fx, watch.name, lookOnce(watch, each.standing, numbers, at));
    }
    // Only now: where it could not be told, the next turn begins anew with what the log knows.
    watched.set(watch.name, each);
  }
  for (const { rule, labels, at: since } of firing(fx))
    if (rule !== undefined && !watched.has(rule))
      await fx.record(`rules/${rule}`, [
        ruleEnded({ rule, labels, value: 0, since, why: "rule-gone" }),
      ]);
}

export const lookOutReaction: Reaction = every("alerts.rules", lookEveryMs, lookOut);
