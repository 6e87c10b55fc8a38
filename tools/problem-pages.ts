import { basename, join } from "node:path";

/** What a page under docs/problems says: shown by the console next to the problem itself. */
export type ProblemPage = { title: string; says: string; todo: string };

/** Reads one page: its title, what happened, and what to do. */
export function readProblemPage(markdown: string): ProblemPage {
  const [, title = "", rest = ""] = /^# (.+)\n([^]*)$/.exec(markdown) ?? [];
  const [says = "", todo = ""] = rest.split(/^## What to do$/m);
  return { title, says: says.trim(), todo: todo.trim() };
}

/** Every page, by problem type. */
export async function problemPages(root: string): Promise<Record<string, ProblemPage>> {
  const folder = join(root, "docs/problems");
  const names = [...new Bun.Glob("*.md").scanSync(folder)].toSorted();
  const pages = names.map(async (name) => {
    const page = readProblemPage(await Bun.file(join(folder, name)).text());
    return [basename(name, ".md"), page] as const;
  });
  return Object.fromEntries(await Promise.all(pages));
}
