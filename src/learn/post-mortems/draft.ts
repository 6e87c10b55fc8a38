import { lengthsOf } from "../../respond/incidents/contract.ts";
import type { ChosenRow } from "./contract.ts";
import type { Doc } from "./doc.ts";
import type { Template } from "./templates.ts";
import { amount, clock, counted, dayAndClock, percent, span } from "./words.ts";

type Known = Pick<Doc, "title" | "severity" | "services" | "times" | "impact" | "budget">;

/** What people felt, in one sentence a service; the ones without a failed request are not named. */
export function impactWords({ impact }: Pick<Known, "impact">): string[] {
  return impact.services
    .filter(({ failed }) => failed > 0)
    .map(({ service, requests, failed, visitors }) => {
      const people =
        visitors === null ? "" : ` ${counted(visitors, "person", "people")} came in that time.`;
      return `${percent(failed / requests)} of requests to ${service} failed (${amount(failed)} of ${amount(requests)}).${people}`;
    });
}

function wayWords(of: Known): string {
  const { detect, acknowledge, mitigate, resolve } = lengthsOf(of.times);
  const parts = [
    detect === null ? "" : `It was noticed after ${span(detect)}`,
    acknowledge === null ? "" : `taken ${span(acknowledge)} later`,
    mitigate === null ? "" : `the harm ended after ${span(mitigate)}`,
    resolve === null ? "" : `all was over after ${span(resolve)}`,
  ].filter((each) => each !== "");
  return `${parts.join(", ")}.`;
}

/** What Castor knows, as a beginning; people write on. */
export function summaryOf(of: Known, changes: readonly ChosenRow[]): string {
  const { times, title, severity, services } = of;
  const end = times.mitigated ?? times.resolved;
  const until = end === null ? "" : ` to ${clock(end)}`;
  const about = services.length === 0 ? "" : ` It was about ${services.join(", ")}.`;
  const [change] = changes;
  return [
    `**${title}** (${severity.toUpperCase()}), ${dayAndClock(times.started)}${until} UTC.${about}`,
    impactWords(of).join(" "),
    wayWords(of),
    change === undefined
      ? ""
      : `The last change before it: ${change.says}, ${span(Math.max(0, times.started - change.at))} before it began.`,
  ]
    .filter((each) => each !== "")
    .join("\n\n");
}

/** The sections of a template, with what the log can say in them. */
export const beginningOf = (
  { sections }: Template,
  summary: string,
): { id: string; title: string; hint: string; text: string }[] =>
  sections.map((each) => ({ ...each, text: each.id === "summary" ? summary : "" }));
