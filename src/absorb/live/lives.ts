import type { Effects } from "#kernel";
import type { Config } from "./config.ts";
import { answered } from "./contract/counters.ts";
import { lifeBegan } from "./contract/facts.ts";
import { type LiveTold, livePicture, type LostLife, lostLives } from "./contract/orders.ts";
import { type ShowShape, totalsOf } from "./contract/shape.ts";
import { showOfRun } from "./picture.ts";
import { present } from "./present.ts";
import { stream } from "./show.ts";
import { watchOf } from "./watch.ts";

type Fx = Effects<Config>;

/** Hears what a node tells, and notes when it counts in another life than before. */
export async function hear(fx: Fx, told: LiveTold): Promise<void> {
  const watch = watchOf(fx);
  const before = watch.outcomes(told.run);
  if (!watch.hear(told, fx.now)) return;
  // Every beginning of a rehearsal is another run, and there may be many.
  const show = told.run.replace(/-\d+(?=~rehearsal$)/, "");
  for (const [outcome, count] of Object.entries(watch.outcomes(told.run))) {
    const more = count - (before[outcome] ?? 0);
    if (more > 0) fx.count(answered, { show, outcome }, more);
  }
  if (!watch.note(told)) return;
  await noteLife(fx, told).catch((why: unknown) => {
    watch.forgetNote(told);
    throw why;
  });
}

async function noteLife(fx: Fx, { run: named, node, epoch }: LiveTold): Promise<void> {
  const found = showOfRun(fx.view(present), named);
  if (found?.[1].doorsAt === undefined) return;
  const [show, { run, lives }] = found;
  if (lives.some((life) => life.node === node && life.epoch === epoch)) return;
  const lost = lives.filter((life) => life.node === node).map((life) => lostLife(fx, named, life));
  if (lost.length > 0) await keep(fx, lost);
  const before = lost.length === 0 ? null : lost.reduce((sum, { recorded }) => sum + recorded, 0);
  await fx.record(stream, [lifeBegan({ show, at: fx.now, run, node, epoch, before })], {
    id: `live.life-began/${named}/${node}/${epoch}`,
  });
}

function lostLife(fx: Fx, run: string, { node, epoch }: { node: number; epoch: string }): LostLife {
  const { recorded = 0, cells = [] } = watchOf(fx).merged(run).of({ node, epoch }) ?? {};
  const questions = Array.from(cells, ([question, each]) => ({ question, cells: [...each] }));
  return { run, node, epoch, recorded, questions };
}

/** What a life had told before its disk was lost is told by nobody again: it is kept for a control that starts anew. */
async function keep(fx: Fx, lost: readonly LostLife[]): Promise<void> {
  const runs = new Set(fx.snapshots.get(livePicture)?.value.runs.map(({ run }) => run));
  const isKnown = (life: LostLife): boolean =>
    lost.some(({ run, epoch }) => run === life.run && epoch === life.epoch);
  const { lives = [], erasures = 0 } = fx.snapshots.get(lostLives)?.value ?? {};
  const others = lives.filter((life) => runs.has(life.run) && !isKnown(life));
  await fx.snapshots.put(lostLives, { erasures, lives: [...others, ...lost] });
}

/** Leaves of a run's lost lives only how many took each choice. Written twice, since the file before is kept as well. */
export async function foldLost(
  fx: Fx,
  { run, shape }: { run: string; shape: ShowShape },
): Promise<void> {
  for (let time = 0; time < 2; time++) {
    const { lives = [], erasures = 0 } = fx.snapshots.get(lostLives)?.value ?? {};
    if (!lives.some((life) => life.run === run)) return;
    const folded = lives.map((life) => ({
      ...life,
      questions: life.questions.map(({ question, cells }) => ({
        question,
        cells:
          life.run === run
            ? [...totalsOf(cells, shape.questions[question]?.choices.length ?? 1)]
            : cells,
      })),
    }));
    await fx.snapshots.put(lostLives, { erasures: erasures + 1, lives: folded });
  }
}

/** Begins to listen, with what was kept of lives before this control. */
export function recallLives(fx: Fx): void {
  watchOf(fx).listensSince = fx.now;
  for (const life of fx.snapshots.get(lostLives)?.value.lives ?? []) watchOf(fx).recall(life);
}
