import * as z from "zod";
import type { Story } from "../contract.ts";
import { storiesOf } from "./story.ts";
import { withoutElements, withoutTags } from "./strip.ts";

const Scenario = z.looseObject({
  title: z.string().optional(),
  scenario: z.string().min(1),
  inkstory: z.string().optional(),
});
const Collection = z.union([
  z.array(Scenario),
  z.object({ incidents: z.array(Scenario) }).transform(({ incidents }) => incidents),
]);

/** Scenarios of the wheel-of-misfortune project: their HTML becomes text, so that nothing of it runs. */
export function readScenarios(json: unknown): Story[] | undefined {
  const read = Collection.safeParse(json);
  if (!read.success) return undefined;
  return read.data.flatMap(({ title, scenario, inkstory }) =>
    storiesOf({
      ...{ text: textOf(scenario), category: "Scenarios", kind: "scenario" },
      // "Incident 5" says less than its first sentence.
      title: title === undefined || /^incident\s*\d*$/i.test(title) ? undefined : textOf(title),
      ...(inkstory === undefined ? {} : { links: [inkstory] }),
    }),
  );
}

const entities: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " },
};
const textOf = (html: string): string => {
  const read = withoutElements(withoutElements(html, "script"), "style");
  const lines = read.replaceAll(/<br\s*\/?>|<\/(p|li|div|h\d)>/gi, "\n");
  return withoutTags(lines, /</)
    .replaceAll(/&(#x?[\da-f]+|\w+);/gi, (whole, name: string) =>
      name.startsWith("#") ? numbered(name) : (entities[name.toLowerCase()] ?? whole),
    )
    .trim();
};
const numbered = (name: string): string => {
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : "";
};
