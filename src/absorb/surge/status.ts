import type { Read } from "#kernel";
import type * as z from "zod";
import { targets } from "../../run/catalog/contract.ts";
import { type Config, paceOf, switchedOff, useBar } from "./config.ts";
import { type LadderNow, type Rung, type RungNow, type status } from "./contract.ts";
import { barOf, rungs, waitDownMs, waitUpMs } from "./control.ts";
import { above, below, isHigher, isRung, type Ladder } from "./ladder.ts";
import { liveOf, type Seen } from "./live.ts";
import { ladderOf, present } from "./present.ts";
import { type Asking, asking, rungWork } from "./rungs.ts";

type Status = z.infer<(typeof status)["output"]>;

/** Where each ladder stands now and where it would go next. */
export async function statusNow(
  read: Read<Config>,
  { service: only }: { service?: string | undefined },
): Promise<Status> {
  const services = (await read.ask(targets, {})).map(({ service }) => service);
  const ladders: LadderNow[] = [];
  const ask = asking(read);
  for (const service of services)
    if (only === undefined || only === service) ladders.push(await ladderNow(read, ask, service));
  return { at: read.now, mode: read.config.mode, ladders };
}

async function ladderNow(read: Read<Config>, ask: Asking, service: string): Promise<LadderNow> {
  const known = read.view(present);
  const state = ladderOf(known, service);
  const moves = known[service]?.moves ?? [];
  const seen = liveOf(read).seen.get(service);
  const bars = await Promise.all(
    rungs.map(async (rung) => [rung, await rungWork[rung].bar(ask, service)] as const),
  );
  const ready = rungs.map((rung) => rungNow(read, state, { rung, bar: new Map(bars).get(rung) }));
  const last = moves[0];
  return {
    service,
    step: state.step,
    since: last?.at ?? null,
    why: last === undefined ? "nothing has happened yet" : read.says(last.event),
    evidence: seen?.evidence ?? null,
    signals: seen?.pressure.signals ?? [],
    mood: seen?.pressure.mood ?? "calm",
    ...nextOf(read, { state, seen, ready }),
    rungs: ready,
    forced: state.forced ?? null,
    relapses: state.relapses,
    moves: moves.map(({ at, from, to, event }) => ({ at, from, to, says: read.says(event) })),
  };
}

function rungNow(
  { config, now: at }: Read<Config>,
  state: Ladder,
  { rung: step, bar }: { rung: Rung; bar: string | undefined },
): RungNow {
  const forbidden = state.forbidden[step];
  if (forbidden !== undefined && forbidden.endsAt > at)
    return { step, state: "forbidden", why: forbidden.reason, until: forbidden.endsAt };
  const since = state.inForce[step];
  if (since !== undefined) return { step, state: "in-force", until: since + config.hold };
  const use = useBar(config, step);
  if (use === switchedOff) return { step, state: "off" };
  if (use !== undefined) return { step, state: "by-hand", ...(bar ? { why: bar } : {}) };
  const pace = paceOf(config);
  const why = barOf(state, step, { now: { at, bars: () => bar }, pace });
  return why === undefined ? { step, state: "ready" } : { step, state: "failed", why };
}

function nextOf(
  { config, now: at }: Read<Config>,
  of: { state: Ladder; seen: Seen | undefined; ready: readonly RungNow[] },
): Pick<LadderNow, "up" | "down"> {
  const { state, seen, ready } = of;
  const pace = paceOf(config);
  const isHeld = state.forced !== undefined && state.forced.endsAt > at;
  const to = ready.find((each) => each.state === "ready" && isHigher(each.step, state.step))?.step;
  const offered = seen?.evidence.offeredPerSecond ?? 0;
  const watch = seen?.watch;
  return {
    up:
      to === undefined || isHeld || above(state.step) === undefined
        ? null
        : { to, inMs: watch ? waitUpMs(state, watch, { at, to, pace }) : null },
    down:
      isRung(state.step) && !isHeld
        ? {
            to: below(state),
            inMs: watch ? waitDownMs(state, watch, { at, offered, pace }) : null,
          }
        : null,
  };
}
