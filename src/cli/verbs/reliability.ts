import { count, longSpan } from "../../console/ui/format.ts";
import {
  type Part,
  type show,
  type Spread,
  tellingFrom,
} from "../../learn/reliability/contract.ts";
import type * as z from "zod";
import { type Command, exit, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

type Shown = z.output<(typeof show)["output"]>;

const words: Readonly<Record<string, string>> = {
  ...{ detect: "noticed after", acknowledge: "taken after" },
  ...{ mitigate: "harm lasted", resolve: "over after" },
};
const isTelling = (spread: Spread | null): spread is Spread =>
  spread !== null && spread.n >= tellingFrom;

function lengthLines({ lengths }: Shown, terminal: Terminal): string {
  const { dim } = ink(terminal);
  const figure = (ms: number | undefined): string => (ms === undefined ? "–" : longSpan(ms));
  const rows = lengths.map(({ name, now, before }) => [
    words[name] ?? name,
    String(now?.n ?? 0),
    figure(now?.median),
    isTelling(now) ? longSpan(now.p90) : "–",
    figure(now?.mean),
    figure(now?.max),
    before === null ? "–" : `${longSpan(before.median)} (n ${before.n})`,
  ]);
  const heads = ["", "n", "median", "9 of 10", "mean", "longest", "median before"];
  return table([heads.map(dim), ...rows], { indent: 2, right: [1, 2, 3, 4, 5] });
}

const partLine = (title: string, parts: readonly Part[]): string =>
  `  ${title.padEnd(15)}${parts
    .slice(0, 6)
    .map(({ name, now, before }) => `${plain(name)} ${now} (${before})`)
    .join(", ")}\n`;

function told(shown: Shown, terminal: Terminal): string {
  const { bold, dim } = ink(terminal);
  const { incidents, review, budgets, now } = shown;
  const { actions } = review;
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return [
    `${bold(count(incidents.now, "incident"))} from ${day(now.from)} to ${day(now.to)}, ${incidents.open} open; ${incidents.before} in the same time before\n`,
    `${lengthLines(shown, terminal)}\n`,
    dim("  of now (of before)\n") +
      partLine("by severity", shown.severities) +
      partLine("by service", shown.services) +
      partLine("by cause", shown.causes) +
      partLine("what changed", shown.changes) +
      partLine("who noticed", shown.origins),
    budgets
      .map(({ objective, left }) => {
        const words = left === null ? "nothing counted" : `${Math.round(left * 100)} % left`;
        return `  budget of ${plain(objective)}: ${words}\n`;
      })
      .join(""),
    `  post-mortems: ${review.onTime} in time, ${review.late} late, ${review.overdue} overdue, ${review.waiting} being written, ${review.none} without\n` +
      `  actions: ${actions.done} done, ${actions.doneLate} done late, ${actions.overdue} overdue, ${actions.open} open\n` +
      `  happened again: ${shown.again.map(({ incident, of }) => `${incident} as ${of}`).join(", ") || "nothing"}\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** `castor reliability show`: medians and what they are made of, beside the period before. */
export const reliabilityShow: Command = {
  usage: "reliability show [--days 90] [--service shop] [--severity sev1]",
  summary: "How incidents went over a period, beside the one before.",
  about: "GET /api/reliability.table is a line for each incident, as CSV or JSON.",
  example: "castor reliability show --days 30",
  options: {
    days: { type: "text", value: "90", about: "How long the period is." },
    service: { type: "text", value: "shop", about: "Only incidents about this service." },
    severity: { type: "text", value: "sev1|sev2|sev3|sev4", about: "Only this severity." },
    ...toCastor,
  },
  async run(given, terminal) {
    const days = Number(given.text("days") ?? "90");
    if (!Number.isInteger(days)) throw new UsageError("--days takes a whole number.");
    const narrowed = ["service", "severity"].map((name) => [name, given.text(name)]);
    const known = Object.fromEntries(narrowed.filter(([, value]) => value !== undefined));
    const shown = (await connect(given, terminal).ask("reliability.show", {
      days,
      ...known,
    })) as Shown;
    terminal.out(given.flag("json") ? `${JSON.stringify(shown)}\n` : told(shown, terminal));
    return exit.ok;
  },
};
