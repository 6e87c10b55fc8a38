import { due, type Effects, every, heard, on, type Reaction, reconcile, serve } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import { closeCommand, eraseCommand } from "./commands.ts";
import type { Config } from "./config.ts";
import {
  closed,
  erased,
  erasing,
  finished,
  measured,
  published,
  publishing,
  ranked,
  removed,
  revealed,
  showFacts,
} from "./contract/facts.ts";
import { deskCluster, liveNames, liveTold, type Run } from "./contract/orders.ts";
import { cellsOf, rawFilesOf, topOf } from "./nodes-asked.ts";
import { answerAtDesk, dropKeys, withdraw } from "./desk.ts";
import { finalistsOf } from "./on-air.ts";
import { publishPicture, runNow, runOf } from "./picture.ts";
import { measuredView, present } from "./present.ts";
import { noisyCells } from "./privacy/publication.ts";
import { stateOf, stream } from "./show.ts";
import { watchOf } from "./watch.ts";

type Fx = Effects<Config>;
const erasedWithinMs = 60_000;
const lookAgainMs = 200;
const namesEveryMs = 2_000;
const namesForMs = 6 * 3_600_000;

/** What its nodes know a show by; without it nobody knows whom to ask, and it is tried again. */
function countedRun(fx: Fx, show: string): Run {
  const run = runNow(fx, show);
  if (run === undefined) throw new Error(`${show} is not in the picture of the nodes.`);
  return run;
}

/** Draws the noise, once: an envelope of this name is written once, whoever tries again later. */
async function publishNow(
  fx: Fx,
  of: { show: string; question: string; epsilonThousandths: number; delta: number },
): Promise<void> {
  const { show, question } = of;
  const state = stateOf(fx.view(present), show);
  const { definition } = state;
  const place = definition?.shape.questions.findIndex(({ id }) => id === question) ?? -1;
  if (definition === undefined || place < 0) return;
  const run = countedRun(fx, show);
  const counts = await cellsOf(fx, { ...run, heard: watchOf(fx).merged(run.run) }, place);
  const { cells, threshold } = noisyCells(counts, of, (bytes) => fx.secret(bytes));
  await fx.record(stream, [published({ show, question, at: fx.now, cells, threshold })], {
    id: `live.published/${run.run}/${question}`,
  });
}

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

/** A rehearsal that was removed with its show has nothing left to rank or to erase. */
const isGone = (fx: Fx, show: string): boolean =>
  stateOf(fx.view(present), show).definition === undefined;

async function rank(fx: Fx, show: string): Promise<void> {
  if (isGone(fx, show)) return;
  const run = countedRun(fx, show);
  const count = stateOf(fx.view(present), show).definition?.finalists ?? 0;
  const finalists = await topOf(fx, run, count);
  await fx.record(stream, [ranked({ show, at: fx.now, finalists })], {
    id: `live.ranked/${run.run}`,
  });
}

/** Says that it is erased only when every node that counted has looked and found nothing. */
async function seeErased(fx: Fx, show: string): Promise<void> {
  if (isGone(fx, show)) return;
  const run = countedRun(fx, show);
  const until = fx.now + erasedWithinMs;
  while ((await rawFilesOf(fx, run)) > 0) {
    if (fx.now > until) throw new Error(`${run.run} still has answers of single participants.`);
    await fx.sleep(lookAgainMs);
  }
  await fx.record(stream, [erased({ show, at: fx.now, nodes: run.nodes })], {
    id: `live.erased/${run.run}`,
  });
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
  heard(liveTold, (told, fx: Fx) => watchOf(fx).hear(told, fx.now)),
  serve(deskCluster, answerAtDesk),
  on("live.measure", closed, ({ event: { data } }, fx: Fx) => rememberMeasure(fx, data)),
  on("live.forget-removed", removed, async ({ event: { data } }, fx: Fx) => dropKeys(fx, data)),
  on("live.publish", publishing, ({ event: { data } }, fx: Fx) => publishNow(fx, data)),
  on("live.rank", finished, ({ event: { data } }, fx: Fx) => rank(fx, data.show)),
  due(
    "live.keep-until",
    finished,
    ({ event }) => event.data.eraseAt,
    async ({ event: { data } }, fx: Fx) => {
      if (stateOf(fx.view(present), data.show).finishedAt === data.at)
        await fx.run(eraseCommand, { show: data.show });
    },
  ),
  every("live.names", namesEveryMs, tellNames),
  on("live.see-erased", erasing, ({ event: { data } }, fx: Fx) => seeErased(fx, data.show)),
  due(
    "live.forget",
    finished,
    ({ event }) => event.data.forgetAt,
    async ({ event: { data } }, fx: Fx) => {
      if (stateOf(fx.view(present), data.show).finishedAt === data.at) await forget(fx, data.show);
    },
  ),
];
