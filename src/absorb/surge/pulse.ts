import type { Effects } from "#kernel";
import { now as gatewayNow } from "../gateway/contract.ts";
import { ladderKey } from "./commands.ts";
import { type Config, paceOf, thresholdsOf, useBar } from "./config.ts";
import { climbed, descended, type Evidence, type Rung, rungHeld, secondsAt } from "./contract.ts";
import { type Move, nextMove, type Now, rungs, watched } from "./control.ts";
import { below, isRung, type Ladder } from "./ladder.ts";
import { liveOf, watchOf } from "./live.ts";
import type { Standing } from "./meter.ts";
import { ladderOf, present } from "./present.ts";
import { isPressing, type Pressure, pressureOf } from "./pressure.ts";
import { asking, rungWork } from "./rungs.ts";

type Fx = Effects<Config>;
type Gateway = Awaited<ReturnType<typeof askGateway>>;

const askGateway = (fx: Fx) => fx.ask(gatewayNow, { minutes: 1 });

/** Looks at every service and moves its ladder by at most one step; a forced one as far as it must. */
export async function pulse(fx: Fx): Promise<void> {
  const { config } = fx;
  if (config.mode === "off") return await comeDown(fx);
  const live = liveOf(fx);
  const picture = await askGateway(fx);
  const at = fx.now;
  const elapsedMs = Math.min(at - (live.lookedAt ?? at), 10_000);
  live.lookedAt = at;
  const services = picture.services.map(({ service }) => service);
  const known = fx.view(present);
  live.meter.look(fx.counters, at, {
    services,
    windowMs: config.window,
    baselineOf: (service) => ladderOf(known, service).evidence?.baselineMs ?? null,
  });
  for (const service of services) {
    const standing = { ...standingOf(picture, service), waiting: await waitingOf(fx, service) };
    const evidence = live.meter.evidence(service, at, { windowMs: config.window, standing });
    if (evidence === undefined) continue;
    const pressure = pressureOf(evidence, thresholdsOf(config));
    const watch = watched(watchOf(live, service), at, pressure);
    live.seen.set(service, { watch, evidence, pressure });
    const { step } = ladderOf(known, service);
    if (step === "normal" && pressure.mood === "calm") live.meter.learn(service, evidence);
    if (elapsedMs > 0) fx.count(secondsAt, { service, step }, elapsedMs / 1_000);
    await moveOne(fx, service, { at, evidence, pressure });
    await holdRungs(fx, service);
  }
}

/** Who waits says whether the crowd is still there, once the ladder has opened a room. */
async function waitingOf(fx: Fx, service: string): Promise<number | null> {
  if (ladderOf(fx.view(present), service).inForce["waiting-room"] === undefined) return null;
  const rooms = await asking(fx).rooms();
  return rooms
    .filter(({ services }) => services.includes(service))
    .reduce((sum, { waiting }) => sum + waiting, 0);
}

const standingOf = (picture: Gateway, name: string): Omit<Standing, "waiting"> => {
  const service = picture.services.find(({ service: each }) => each === name);
  const limited = service?.instances.filter(({ limit }) => limit !== null) ?? [];
  return {
    queueMs: service?.queueWaitMs.p95 ?? null,
    queued: service?.queued ?? null,
    inFlight: service?.instances.reduce((sum, { inFlight }) => sum + inFlight, 0) ?? 0,
    limit: limited.length === 0 ? null : limited.reduce((sum, { limit }) => sum + (limit ?? 0), 0),
    breakerOpen: service?.breaker === "open",
  };
};

type Moment = { at: number; evidence: Evidence; pressure: Pressure };

async function moveOne(fx: Fx, service: string, moment: Moment): Promise<void> {
  const { config } = fx;
  const pace = paceOf(config);
  const found = new Map<Rung, string | undefined>();
  const bars = (rung: Rung): string | undefined =>
    config.except.includes(service)
      ? "not for this service"
      : (useBar(config, rung) ?? found.get(rung));
  const isOff = (rung: Rung): boolean => config.steps[rung].use === "off";
  const now: Now = { ...moment, bars, isOff };
  for (let moves = 0; moves < rungs.length;) {
    const state = ladderOf(fx.view(present), service);
    const move = nextMove(state, watchOf(liveOf(fx), service), now, pace);
    if (move === undefined) return;
    // Whether a rung is there is asked only when it would be taken.
    if (
      move.kind === "climb" &&
      move.why === "pressure" &&
      isRung(move.to) &&
      !found.has(move.to)
    ) {
      found.set(move.to, await rungWork[move.to].bar(asking(fx), service));
      continue;
    }
    await record(fx, { service, state, move, moment });
    if (move.why !== "forced") return;
    moves++;
  }
}

async function record(
  fx: Fx,
  of: { service: string; state: Ladder; move: Move; moment: Partial<Moment> & { at: number } },
): Promise<void> {
  const { service, state, move } = of;
  const { at, evidence = null, pressure } = of.moment;
  const signals = move.why === "pressure" ? (pressure?.signals.filter(isPressing) ?? []) : [];
  const dryRun = fx.config.mode === "dry-run";
  const common = { service, at, from: state.step, to: move.to, why: move.why };
  const with_ = { ...common, signals, evidence, dryRun };
  const fact =
    move.kind === "climb"
      ? climbed({ ...with_, skipped: move.skipped, relapses: move.relapses })
      : descended({
          ...with_,
          inForce: isRung(state.step) && state.inForce[state.step] !== undefined,
        });
  await fx.record(ladderKey(service), [fact]);
}

/** What is still needed is said again before it ends by itself; what was only rehearsed so far begins. */
async function holdRungs(fx: Fx, service: string): Promise<void> {
  if (fx.config.mode !== "on") return;
  const { taken, inForce } = ladderOf(fx.view(present), service);
  const at = fx.now;
  for (const step of taken)
    if (at - (inForce[step] ?? 0) >= fx.config.hold / 2)
      await fx.record(ladderKey(service), [rungHeld({ service, at, step })]);
}

/** A ladder that is switched off leaves nothing behind. */
async function comeDown(fx: Fx): Promise<void> {
  for (const service of Object.keys(fx.view(present))) {
    for (let moves = 0; moves < rungs.length; moves++) {
      const state = ladderOf(fx.view(present), service);
      if (!isRung(state.step)) break;
      const move = { kind: "descend", to: below(state), why: "forced" } as const;
      await record(fx, { service, state, move, moment: { at: fx.now } });
    }
  }
}
