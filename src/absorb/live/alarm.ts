import { type Effects, every, perCastor, type Reaction, view } from "#kernel";
import type { Config } from "./config.ts";
import { finished, troubleBegan, troubleEnded, type troubles } from "./contract/facts.ts";
import { ackMsP99Max } from "./contract/outcomes.ts";
import { isRehearsal } from "./contract/show.ts";
import { runNow } from "./picture.ts";
import { present } from "./present.ts";
import { type ShowState, stream } from "./show.ts";
import { awayAfterMs, type NodeHeard, watchOf } from "./watch.ts";

type Fx = Effects<Config>;
type Trouble = (typeof troubles)[number];
type Of = { show: string; node: number; trouble: Trouble };

const lookEveryMs = 2_000;
/** Processes start with the doors, and with Castor. */
const startsWithinMs = 10_000;
/** Of fewer answers the slowest of 100 says nothing. */
const perSecondMin = 100;
const slowLooksMin = 3;
/** Between two questions nobody can say whether it would be fast again. */
const calmAfterMs = 60_000;

const keyOf = ({ show, node, trouble }: Of): string => `${show}/${node}/${trouble}`;

/** What the log says is wrong now. */
export const openTroubles = view<
  Record<string, Of>,
  typeof troubleBegan | typeof troubleEnded | typeof finished
>("live.troubles", {
  from: [troubleBegan, troubleEnded, finished],
  empty: () => ({}),
  apply: (open, { event }) => {
    if (event.type === finished.type) {
      const { show } = event.data;
      return Object.fromEntries(Object.entries(open).filter(([, each]) => each.show !== show));
    }
    const { show, node, trouble } = event.data;
    const { [keyOf(event.data)]: _, ...others } = open;
    return event.type === troubleEnded.type
      ? others
      : { ...others, [keyOf(event.data)]: { show, node, trouble } };
  },
});

/** How often in a row a node was found slow, and when last. */
const slowOf = perCastor(() => new Map<string, { looks: number; at: number }>());

type Looked = { show: string; node: number; heard: NodeHeard | undefined };

function isSlow(fx: Fx, { show, node, heard }: Looked, isOpen: boolean): boolean {
  const known = slowOf(fx);
  const key = `${show}/${node}`;
  const { ackMsP99 = 0, perSecond = 0 } = heard?.figures ?? {};
  if (perSecond >= perSecondMin && ackMsP99 > ackMsP99Max) {
    const looks = (known.get(key)?.looks ?? 0) + 1;
    known.set(key, { looks, at: fx.now });
    return isOpen || looks >= slowLooksMin;
  }
  // A control that started anew has not seen when it was slow last.
  const { at } = known.get(key) ?? { at: fx.now };
  if (isOpen && fx.now - at < calmAfterMs) known.set(key, { looks: 0, at });
  else known.delete(key);
  return isOpen && fx.now - at < calmAfterMs;
}

/** What is wrong with a node, and why; all of what can be, so that ends are seen too. */
function wrongWith(
  fx: Fx,
  of: Looked & { since: number; lacks: string | undefined },
  isOpen: (trouble: Trouble) => boolean,
): Record<Trouble, string | undefined> {
  const { heard, since } = of;
  const lastAt = heard === undefined ? since + startsWithinMs : heard.at;
  const isAway = fx.now - lastAt > awayAfterMs;
  const { broken, ackMsP99 = 0, syncMs = 0 } = heard?.figures ?? {};
  const found = { ...of, heard: isAway ? undefined : heard };
  const whyAway = of.lacks ?? (heard === undefined ? "it was not heard of yet" : "");
  return {
    away: isAway ? whyAway : undefined,
    // Of a node that is away nobody knows more than before.
    refusing: isAway ? (isOpen("refusing") ? "" : undefined) : broken,
    slow: isSlow(fx, found, isOpen("slow"))
      ? `${Math.round(ackMsP99)} ms; a sync of its log takes ${syncMs.toFixed(1)} ms`
      : undefined,
  };
}

/** What began and what ended with one show's nodes since it was looked last. */
function changesOf(fx: Fx, show: string, state: ShowState) {
  const run = runNow(fx, show);
  const watch = watchOf(fx);
  if (run === undefined) return [];
  const open = fx.view(openTroubles);
  const heard = watch.nodes(run.run);
  const lacking = watch.lacking(run.run, fx.now);
  const since = Math.max(watch.listensSince, state.doorsAt ?? 0);
  return Array.from({ length: run.nodes }, (_, node) => node).flatMap((node) => {
    const isOpen = (trouble: Trouble): boolean => keyOf({ show, node, trouble }) in open;
    const last = heard.find((each) => each.node === node);
    const lacks = lacking.get(node);
    const wrong = wrongWith(fx, { show, node, since, heard: last, lacks }, isOpen);
    return Object.entries(wrong).flatMap(([name, why]) => {
      const trouble = name as Trouble;
      if ((why !== undefined) === isOpen(trouble)) return [];
      const of = { show, at: fx.now, node, trouble };
      return [why === undefined ? troubleEnded(of) : troubleBegan({ ...of, why })];
    });
  });
}

/** Looks at the nodes of every show with open doors, so that somebody is called. A rehearsal may break as it likes. */
export const alarm: Reaction = every("live.alarm", lookEveryMs, async (fx: Fx) => {
  for (const [show, state] of Object.entries(fx.view(present))) {
    const isOn = state.doorsAt !== undefined && state.finishedAt === undefined;
    if (!isOn || isRehearsal(show)) continue;
    const changes = changesOf(fx, show, state);
    if (changes.length > 0) await fx.record(stream, changes);
  }
});
