import { type Effects, every, manifest, started } from "#kernel";
import type { Config } from "./config.ts";
import { changed } from "./contract.ts";
import { knownVerbs, type Shelf } from "./shelf.ts";
import { known } from "./ticks.ts";

const lookEveryMs = 2_000;

/** Takes in what the files say now, and records what is another than the log knows. */
async function look(fx: Effects<Config>): Promise<void> {
  const shelf = fx.equipment<Shelf>("runbooks");
  const hasVerbs = shelf.verbs().size > 0;
  let isNew = shelf.look(fx.config.folder, shelf.verbs());
  // Asking every manifest costs a start some milliseconds: whoever has no runbook is spared them.
  if (isNew && !hasVerbs && shelf.runbooks().length > 0)
    isNew = shelf.look(fx.config.folder, knownVerbs(await fx.ask(manifest, {})));
  if (!isNew) return;
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

export const reactions = [started(look), every("runbooks.look", lookEveryMs, look)];
