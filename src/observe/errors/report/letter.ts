import { type Report, trendOf } from "./markdown.ts";

const number = (value: number): string => value.toLocaleString("en");
/** Names come from people: in HTML they stay text. */
const plain = (text: string): string => Bun.escapeHTML(text);

const cell = 'style="padding:4px 12px 4px 0"';
const row = (cells: readonly string[]): string =>
  `<tr>${cells.map((each) => `<td ${cell}>${each}</td>`).join("")}</tr>`;
const table = (rows: readonly string[]): string =>
  `<table style="border-collapse:collapse;font-size:14px">${rows.join("")}</table>`;

/** The report as a letter: the same figures as in Markdown, for mailboxes that show HTML. */
export function htmlOf(of: Report, console: string | undefined): string {
  const { before, came, left, now } = of.inbox;
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const weeks = of.weeks
    .slice(-4)
    .map((week) => row([day(week.from), number(week.events), number(week.found)]));
  const parts = [
    `<h2 style="font-size:18px;margin:0 0 8px">${trendOf(of.errors)}</h2>`,
    `<p>The inbox is at <b>${number(now)}</b>: ${number(before)} before, ${number(came)} came, ${number(left)} left.</p>`,
    ...(of.decided.length === 0
      ? []
      : [
          "<p><b>Decided by</b></p>",
          table(
            of.decided.map((each) =>
              row([plain(each.by), plain(each.how), number(each.decisions)]),
            ),
          ),
        ]),
    "<p><b>The last weeks</b> (from, events, new errors)</p>",
    table(weeks),
    ...(console === undefined
      ? []
      : [`<p><a href="${plain(console)}/errors?triage=yes">Go through what waits</a></p>`]),
  ];
  return `<div style="font-family:system-ui,sans-serif;max-width:560px">${parts.join("")}</div>`;
}
