import {
  due,
  type Effects,
  every,
  heard,
  on,
  type Reaction,
  reconcile,
  serve,
  started,
} from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { closeCommand } from "./commands.ts";
import type { Config } from "./config.ts";
import {
  closed,
  doorsOpened,
  erasing,
  finished,
  measured,
  publishing,
  ranked,
  removed,
  revealed,
  showFacts,
} from "./contract/facts.ts";
import { deskCluster, liveNames, type LiveTold, liveTold, liveUnbegun } from "./contract/orders.ts";
import { showBehind } from "./contract/show.ts";
import { answerAtDesk, dropKeys, withdraw } from "./desk.ts";
import { finalistsOf } from "./on-air.ts";
import { endAndErase, publishAll, rankAll, seeAllErased } from "./outstanding.ts";
import { hear, recallLives } from "./lives.ts";
import { publishPicture, runNow, runOf, showOfRun } from "./picture.ts";
import { measuredView, present } from "./present.ts";
import { strainsOf } from "./saturation.ts";
import { askedOf, stateOf, stream } from "./show.ts";
import { watchOf } from "./watch.ts";

type Fx = Effects<Config>;
const lookEveryMs = 60_000;
const namesEveryMs = 2_000;
const namesForMs = 6 * 3_600_000;

/** Tells the stages who agreed to be named, for some time after the end. */
function tellNames(fx: Fx): void {
  for (const [show, state] of Object.entries(fx.view(present))) {
    const { finishedAt, agreements } = state;
    if (finishedAt === undefined || fx.now - finishedAt > namesForMs) continue;
    if (Object.keys(agreements).length === 0) continue;
    const names = finalistsOf(fx, { show }).finalists.flatMap(({ index, name }) =>
      name === null ? [] : [{ index, name }],
    );
    fx.publish(liveNames, { run: runOf(show, state), names });
  }
}

/** What answers took while this question was open; of a small crowd, unless a large one was here before, what the warm-up showed. */
async function rememberMeasure(fx: Fx, of: { show: string; question: string }): Promise<void> {
  const run = runOf(of.show, stateOf(fx.view(present), of.show));
  const watch = watchOf(fx);
  const { answerUs: known } = fx.view(measuredView);
  const answerUs = watch.answerUs(run) ?? (known === undefined ? watch.warmUpUs(run) : undefined);
  if (answerUs === undefined) return;
  await fx.record(stream, [measured({ ...of, at: fx.now, answerUs })], {
    id: `live.measured/${run}/${of.question}`,
  });
}

/**
 * A question is over when all its nodes have closed it: theirs is a clock that nobody sets, and by the one here, set back in the
 * meantime, it would be on for as much longer.
 */
async function closeWithNodes(fx: Fx, { run: named, questions }: LiveTold): Promise<void> {
  if (questions.every(({ phase }) => phase !== "closed")) return;
  const [show, state] = showOfRun(fx.view(present), named) ?? [];
  if (show === undefined || state === undefined) return;
  const nodes = runNow(fx, show)?.nodes ?? Infinity;
  for (const [place, { id }] of state.definition?.shape.questions.entries() ?? []) {
    const { times, closedAt } = askedOf(state, id);
    // What is over by the clock here too, `live.time-up` closes.
    if (closedAt !== undefined || fx.now >= (times?.closesAt ?? 0)) continue;
    if (watchOf(fx).nodesThatClosed(named, place) < nodes) continue;
    await fx.record(stream, [closed({ show, question: id, at: fx.now, why: "time" })], {
      id: `live.closed/${named}/${id}`,
    });
  }
}

/** Drops the keys of what finalists told: the log cannot read it any more. */
async function forget(fx: Fx, show: string): Promise<void> {
  const { agreed, run } = stateOf(fx.view(present), show);
  for (const finalist of agreed) await withdraw(fx, { show, run, ...finalist }, "time");
}

export const reactions: readonly Reaction[] = [
  reconcile("live.picture", [configApplied, ...showFacts], publishPicture),
  due(
    "live.time-up",
    revealed,
    ({ event }) => event.data.closesAt,
    async ({ event: { data } }, fx: Fx) => {
      const { asked } = stateOf(fx.view(present), data.show);
      // A rehearsal that began anew, or a question that was closed by hand, has nothing to be closed.
      if (asked[data.question]?.times?.closesAt !== data.closesAt) return;
      await fx.run(closeCommand, { show: data.show, question: data.question });
    },
  ),
  heard(liveTold, async (told, fx: Fx) => {
    strainsOf(fx).hear(told, fx.now);
    await hear(fx, told);
    await closeWithNodes(fx, told);
  }),
  heard(liveUnbegun, (told, fx: Fx) => watchOf(fx).lack(told, fx.now)),
  started(recallLives),
  serve(deskCluster, answerAtDesk),
  on("live.measure", closed, ({ event: { data } }, fx: Fx) => rememberMeasure(fx, data)),
  on("live.forget-removed", removed, async ({ event: { data } }, fx: Fx) => dropKeys(fx, data)),
  on("live.forget-begun-anew", doorsOpened, async ({ event: { data } }, fx: Fx) =>
    dropKeys(fx, { ...data, show: showBehind(data.show) }),
  ),
  reconcile("live.publish", [publishing], publishAll),
  reconcile("live.rank", [finished], rankAll),
  reconcile("live.see-erased", [erasing], seeAllErased),
  // What time asks for: at its moment, when a ranking that it waited for is there, and now and then in case of anything else.
  every("live.time", lookEveryMs, endAndErase),
  reconcile("live.erase-ranked", [ranked], endAndErase),
  due(
    "live.keep-until",
    finished,
    ({ event }) => event.data.eraseAt,
    (_, fx: Fx) => endAndErase(fx),
  ),
  every("live.names", namesEveryMs, tellNames),
  due(
    "live.forget",
    finished,
    ({ event }) => event.data.forgetAt,
    async ({ event: { data } }, fx: Fx) => {
      if (stateOf(fx.view(present), data.show).finishedAt === data.at) await forget(fx, data.show);
    },
  ),
];
