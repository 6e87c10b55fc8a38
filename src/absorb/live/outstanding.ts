import type { Effects } from "#kernel";
import { eraseCommand, finishCommand } from "./commands.ts";
import type { Config } from "./config.ts";
import { erased, published, ranked } from "./contract/facts.ts";
import type { Run } from "./contract/orders.ts";
import { foldLost } from "./lives.ts";
import { cellsOf, hearAll, rawFilesOf, topOf } from "./nodes-asked.ts";
import { runNow } from "./picture.ts";
import { present } from "./present.ts";
import { drawTables } from "./privacy/tables.ts";
import { endsAt, type ShowState, stream } from "./show.ts";
import { watchOf } from "./watch.ts";

type Fx = Effects<Config>;

/** What its nodes know a show by; without it nobody knows whom to ask, and it is tried again. */
function countedRun(fx: Fx, show: string): Run {
  const run = runNow(fx, show);
  if (run === undefined) throw new Error(`${show} is not in the picture of the nodes.`);
  return run;
}

/**
 * Does something for each show that it is still to be done for. One whose node is away holds up no other, and is tried again for
 * as long as it takes: nobody has to remember it.
 */
async function forEach(
  fx: Fx,
  act: (show: string, state: ShowState) => Promise<unknown>,
): Promise<void> {
  const tried = await Promise.allSettled(
    Object.entries(fx.view(present)).map(([show, state]) => act(show, state)),
  );
  const failed = tried.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
  if (failed.length > 0) throw new Error(failed.join("; "));
}

/** Publishes what was asked for: the exact counts of all nodes, with noise that is drawn once. */
export const publishAll = (fx: Fx): Promise<void> =>
  forEach(fx, async (show, { asked, definition, run: nth }) => {
    for (const [question, { price, publication }] of Object.entries(asked)) {
      if (price === undefined || publication !== undefined || definition === undefined) continue;
      const { shape, promises } = definition;
      const place = shape.questions.findIndex(({ id }) => id === question);
      const choices = shape.questions[place]?.choices.length ?? 0;
      const run = countedRun(fx, show);
      const counts = await cellsOf(fx, { ...run, heard: watchOf(fx).merged(run.run) }, place);
      const terms = { ...promises, epsilonPerQuestion: price };
      const random = (bytes: number): Uint8Array => fx.secret(bytes);
      const tables = drawTables(shape, { counts, choices }, terms, random);
      // An envelope of this name is written once, whoever tries again later.
      await fx.record(stream, [published({ show, run: nth, question, at: fx.now, tables })], {
        id: `live.published/${run.run}/${question}`,
      });
    }
  });

/** Finds the finalists of shows that are over. What is erased before can be ranked no more. */
export const rankAll = (fx: Fx): Promise<void> =>
  forEach(fx, async (show, { finishedAt, finalists: known, erasingAt, definition, run: nth }) => {
    if (finishedAt === undefined || known !== undefined || erasingAt !== undefined) return;
    const run = countedRun(fx, show);
    const finalists = await topOf(fx, run, definition?.finalists ?? 0);
    await fx.record(stream, [ranked({ show, run: nth, at: fx.now, finalists })], {
      id: `live.ranked/${run.run}`,
    });
  });

/** Says that a show is erased only when every node that counted has looked and found nothing, and control has nothing by group either. */
export const seeAllErased = (fx: Fx): Promise<void> =>
  forEach(fx, async (show, { erasingAt, erasedAt, run: nth }) => {
    if (erasingAt === undefined || erasedAt !== undefined) return;
    const run = countedRun(fx, show);
    const files = await rawFilesOf(fx, run);
    if (files > 0) throw new Error(`${run.run} still has ${files} files of single participants.`);
    await hearAll(fx, { ...run, heard: watchOf(fx).merged(run.run) });
    await foldLost(fx, run);
    await fx.record(stream, [erased({ show, run: nth, at: fx.now, nodes: run.nodes })], {
      id: `live.erased/${run.run}`,
    });
  });

/** Ends shows that nobody ended in time, and erases who answered what when its time is over. */
export const endAndErase = (fx: Fx): Promise<void> =>
  forEach(fx, async (show, state) => {
    const { finishedAt, eraseAt, erasingAt } = state;
    if (fx.now >= (endsAt(show, state) ?? Infinity)) await fx.run(finishCommand, { show });
    if (finishedAt !== undefined && erasingAt === undefined && fx.now >= (eraseAt ?? Infinity))
      await fx.run(eraseCommand, { show });
  });
