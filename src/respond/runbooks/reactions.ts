import { type Effects, every, manifest, started } from "#kernel";
import type { Config } from "./config.ts";
import { changed } from "./contract.ts";
import { knownVerbs, type Shelf } from "./shelf.ts";
import { known } from "./ticks.ts";

const lookEveryMs = 2_000;

/** Explaining every verb takes a fifth of a second of control: later than its first answers, and once. */
const learnAfterMs = 1_500;

/** Reads the files, so that they are there with the first answer; what they run is looked at soon after. */
function read(fx: Effects<Config>): void {
  const shelf = fx.equipment<Shelf>("runbooks");
  shelf.look(fx.config.folder, shelf.verbs());
}

/** Takes in what the files say now, and records what is another than the log knows. */
async function look(fx: Effects<Config>): Promise<void> {
  const shelf = fx.equipment<Shelf>("runbooks");
  let isNew = shelf.look(fx.config.folder, shelf.verbs());
  if (shelf.verbs().size === 0 && shelf.runbooks().length > 0) {
    await fx.sleep(learnAfterMs);
    isNew = shelf.look(fx.config.folder, knownVerbs(await fx.ask(manifest, {})));
  }
  // Before its verbs are known, nothing can be said of what is there; that nothing is there can.
  if (!isNew && shelf.runbooks().length > 0) return;
  const before = fx.view(known);
  const now = new Map(shelf.runbooks().map(({ runbook, sha256 }) => [runbook, sha256]));
  const put = [...now].filter(([runbook, sha256]) => before.runbooks[runbook] !== sha256);
  const removed = Object.keys(before.runbooks).filter((name) => !now.has(name));
  const mistakes = shelf.mistakes();
  if (put.length + removed.length === 0 && mistakes.length === before.mistakes) return;
  for (const { file, line, what } of mistakes.slice(0, notedMax))
    fx.note(`${file}${line > 0 ? `:${line}` : ""}: ${what}`);
  await fx.record("files", [
    changed({
      put: put.map(([runbook, sha256]) => ({ runbook, sha256 })),
      removed,
      mistakes: mistakes.length,
    }),
  ]);
}
const notedMax = 20;

export const reactions = [started(read), every("runbooks.look", lookEveryMs, look)];
