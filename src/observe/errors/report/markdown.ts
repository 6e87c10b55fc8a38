import type * as z from "zod";
import type { report } from "../contract.ts";

export type Report = Omit<z.infer<typeof report.output>, "markdown">;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const number = (value: number): string => value.toLocaleString("en");
/** Names come from people: in Markdown they stay text. */
const plain = (text: string): string => text.replaceAll(/[\\`*_{}[\]()<>#|!~&\r\n-]/g, "\\$&");

/** `Errors fell by 12 %: 880 after 1,000.` */
export function trendOf({ events, before }: Report["errors"]): string {
  const figures = `${number(events)} after ${number(before)}`;
  if (before === 0) return events === 0 ? "No errors." : `${number(events)} errors, none before.`;
  const change = Math.round(((events - before) / before) * 100);
  if (change === 0) return `Errors stayed as they were: ${figures}.`;
  return `Errors ${change < 0 ? "fell" : "rose"} by ${Math.abs(change)} %: ${figures}.`;
}

/** The report as a text to pass on. */
export function markdownOf(of: Report): string {
  const { before, came, left, now } = of.inbox;
  const total = of.decided.reduce((sum, each) => sum + each.decisions, 0);
  const lines = [
    `# Errors, ${day(of.from)} to ${day(of.to)}`,
    "",
    `- ${trendOf(of.errors)}`,
    `- Inbox at ${number(now)}: ${number(before)} before, ${number(came)} came, ${number(left)} left.`,
    `- ${number(total)} decisions${of.undone > 0 ? `, and ${number(of.undone)} undone` : ""}.`,
  ];
  if (of.decided.length > 0) {
    lines.push("", "| decided by | what | how often |", "| --- | --- | ---: |");
    for (const { by, how, decisions } of of.decided)
      lines.push(`| ${plain(by)} | ${plain(how)} | ${number(decisions)} |`);
  }
  lines.push("", "| week from | events | new errors |", "| --- | ---: | ---: |");
  for (const week of of.weeks)
    lines.push(`| ${day(week.from)} | ${number(week.events)} | ${number(week.found)} |`);
  return `${lines.join("\n")}\n`;
}
