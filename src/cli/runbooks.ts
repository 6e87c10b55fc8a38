import { capabilities } from "../castor.ts";
import { explain } from "../kernel/runtime/explain.ts";
import { textFolder } from "../kernel/text-folder.ts";
import type { Mistake } from "../respond/runbooks/contract.ts";
import { knownVerbs, runbookShelf } from "../respond/runbooks/shelf.ts";

/** How many runbooks a folder has, and what is wrong with them, by what this program knows of its verbs. */
export function checkedFolder(
  folder: string,
  within: string,
): { count: number; mistakes: readonly Mistake[] } {
  const shelf = runbookShelf(textFolder(within));
  shelf.look(folder, knownVerbs(explain(capabilities)));
  return { count: shelf.runbooks().length, mistakes: shelf.mistakes() };
}
