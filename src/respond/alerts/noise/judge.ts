import { command, type EventOf, type Model, type Read } from "#kernel";
import * as z from "zod";
import type { Config } from "../config.ts";
import { groupOpened, judged, type noise, unknownGroup, Verdict } from "../contract.ts";
import { pagesTable, pagesWithin } from "./pages.ts";
import { noiseReport } from "./report.ts";

type Known = { isThere: boolean; verdict: Verdict | undefined; because: string };
type GroupEvent = EventOf<typeof groupOpened> | EventOf<typeof judged>;
const model: Model<Known, GroupEvent> = {
  initial: { isThere: false, verdict: undefined, because: "" },
  evolve: (known, event) => {
    if (event.type === "alerts.judged") return { ...known, ...event.data };
    return event.type === "alerts.group-opened" ? { ...known, isThere: true } : known;
  },
};

export const judgeCommand = command("alerts.judge", {
  about: "Says of a page that it was noise, or useful, and why: the noise report adds it up.",
  input: z
    .object({
      group: z.string().min(1).max(100).describe("The page's thread."),
      verdict: Verdict.describe("Whether it was worth waking for."),
      because: z.string().trim().min(3).max(300).describe("Why; the rule's owner reads it."),
    })
    .strict(),
  model,
  key: ({ group }) => `groups/${group}`,
  decide: ({ group, verdict, because }, known) => {
    if (!known.isThere) return unknownGroup(`Nothing was told under ${group}.`);
    if (known.verdict === verdict && known.because === because) return [];
    return [judged({ group, verdict, because })];
  },
  allow: "responder",
});

const dayMs = 86_400_000;
type Report = z.infer<(typeof noise)["output"]>;
export function noiseOf(read: Read<Config>, { days }: { days: number }): Report {
  const { rules, objectives } = read.config;
  const span = { from: read.now - days * dayMs, to: read.now };
  const pathOf = (rule: string): string | null =>
    Object.hasOwn(rules, rule)
      ? `alerts.rules.${rule}`
      : Object.hasOwn(objectives, rule)
        ? `alerts.objectives.${rule}`
        : null;
  const pages = pagesWithin(read.tables(pagesTable), { ...span, least: read.config.noise.from });
  return noiseReport(pages, span, { config: read.config.noise, pathOf });
}
