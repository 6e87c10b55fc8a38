import { basename, join } from "node:path";

/** What a page under docs/reasons says about one value of `Castor-Reason`: shown by the console next to the figures. */
export type ReasonPage = { title: string; says: string; sees: string; todo: string };

const headings = { sees: /^What a visitor sees$/, todo: /^What (to do|an operator does)$/ };

/** Reads one page: its title, what happened, what a visitor sees, and what to do. */
export function readReasonPage(markdown: string): ReasonPage {
  const [, title = "", rest = ""] = /^# (.+)\n([^]*)$/.exec(markdown) ?? [];
  const [says = "", ...sections] = rest.split(/^## /m);
  const under = (heading: RegExp): string => {
    const found = sections.find((each) => heading.test(each.split("\n", 1)[0] ?? ""));
    return found?.slice(found.indexOf("\n")).trim() ?? "";
  };
  return { title, says: says.trim(), sees: under(headings.sees), todo: under(headings.todo) };
}

/** Every page, by the code or the beginning of the codes that it is about. */
export async function reasonPages(root: string): Promise<Record<string, ReasonPage>> {
  const folder = join(root, "docs/reasons");
  const names = [...new Bun.Glob("*.md").scanSync(folder)].toSorted();
  const pages = names.map(async (name) => {
    const page = readReasonPage(await Bun.file(join(folder, name)).text());
    return [basename(name, ".md"), page] as const;
  });
  return Object.fromEntries(await Promise.all(pages));
}
