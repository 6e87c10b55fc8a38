import { factLine, type Fact } from "./facts.ts";
import { cut, ink, plain, table } from "./ink.ts";
import { msText, rateText } from "./figures.ts";
import type { Now } from "./now.ts";
import type { Terminal } from "./terminal.ts";

const factsShown = 6;

type PanelContent = {
  now: Now | undefined;
  facts: readonly Fact[];
  note?: string;
  /** What Ctrl-C does. */
  ends: string;
};

/** The live picture in a few lines: traffic, every service with its instances, the last facts (oldest first). */
export function panelLines({ now, facts, note, ends }: PanelContent, terminal: Terminal): string[] {
  const { dim, yellow } = ink(terminal);
  const lines = [
    "",
    ...(now ? [trafficLine(now, terminal), "", ...serviceLines(now, terminal)] : []),
    "",
    ...facts.slice(-factsShown).map((fact) => factLine(fact, terminal, fact.at)),
    ...(note ? ["", yellow(plain(note))] : []),
    "",
    dim(`Ctrl-C ${ends}. castor log --follow, castor status and the console tell more.`),
  ];
  return lines.map((line) => cut(line, terminal.columns - 1)).slice(0, terminal.rows - 1);
}

/** Visitors, requests, answers and latency on one line. */
export function trafficLine(now: Now, terminal: Terminal): string {
  const { bold, green, yellow, red, cyan } = ink(terminal);
  const paint: Record<string, (text: string) => string> = {
    "2xx": green,
    "3xx": cyan,
    "4xx": yellow,
    "5xx": red,
  };
  const classes = Object.entries(now.statusClasses)
    .filter(([, rate]) => rate > 0)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, rate]) => (paint[name] ?? bold)(`${name} ${rateText(rate)}/s`));
  return [
    `${bold(rateText(now.visitorsPerSecond))} visitors/s`,
    `${bold(rateText(now.requestsPerSecond))} requests/s`,
    ...classes,
    `p50 ${bold(msText(now.latencyMs.p50))}`,
    `p99 ${bold(msText(now.latencyMs.p99))}`,
  ].join("   ");
}

/** Each service with its instances: a filled mark in rotation, an empty one out of it. */
export function serviceLines(now: Now, terminal: Terminal): string[] {
  const { bold, dim, green, red, yellow } = ink(terminal);
  const rows = now.services.flatMap((service) => [
    [
      bold(plain(service.service)),
      `${rateText(service.requestsPerSecond)}/s`,
      service.errorsPerSecond > 0 ? red(`${rateText(service.errorsPerSecond)} errors/s`) : "",
      dim(`p50 ${msText(service.latencyMs.p50)}  p99 ${msText(service.latencyMs.p99)}`),
    ],
    ...service.instances.map((instance) => {
      const mark = instance.ejected
        ? yellow("◐ out")
        : instance.healthy
          ? green("● up")
          : red("○ down");
      return [
        `  ${plain(instance.id)}`,
        `${rateText(instance.requestsPerSecond)}/s`,
        instance.errorsPerSecond > 0 ? red(`${rateText(instance.errorsPerSecond)} errors/s`) : "",
        mark,
      ];
    }),
  ]);
  return rows.length > 0 ? table(rows, { right: [1] }).split("\n") : [dim("No service yet.")];
}
