import type { PlanNow } from "../../absorb/live/contract.ts";
import { type Command, exit, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

const bars = "▁▂▃▄▅▆▇█";
const chartColumns = 60;
const ways = ["show-only", "per-spike"] as const;

const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** A row of bars, each as high as the most of its part; `highest` for rows that are to be compared. */
export function barsOf(
  values: readonly number[],
  columns: number,
  highest = Math.max(...values),
): string {
  const most = Math.max(1, highest);
  const wide = Math.max(1, Math.ceil(values.length / columns));
  let text = "";
  for (let at = 0; at < values.length; at += wide) {
    const part = Math.max(...values.slice(at, at + wide));
    text += bars[Math.min(bars.length - 1, Math.floor((part / most) * (bars.length - 1)))] ?? "";
  }
  return text;
}

const words: Record<string, string> = {
  "cpu-answers": "answering",
  "cpu-connecting": "connecting",
  "cpu-fan-out": "telling all",
  memory: "memory",
  network: "network",
};

type Estimate = PlanNow["estimates"][number];
const need =
  (name: string) =>
  ({ needs }: Estimate): string =>
    short.format(needs[name] ?? 0);

/** What stands in each row; a column is an estimate, so that all of it fits a narrow terminal. */
const figures: readonly [string, (of: Estimate) => string][] = [
  ["people connected", need("connections")],
  ["answers to a question", need("answersPerQuestion")],
  ["busiest second", (each) => `${need("peakPerSecond")(each)}/s`],
  ["  its share of all", ({ needs }) => percent(needs["busiestShare"] ?? 0)],
  ["memory", (each) => `${need("memoryGb")(each)} GB`],
  ["machines", ({ machines }) => String(machines.on)],
  ["runs out first", ({ saturatesFirst }) => words[saturatesFirst] ?? saturatesFirst],
  ["price, always on (a month)", ({ prices }) => short.format(prices.alwaysOn)],
  ["price, for the show only", ({ prices }) => short.format(prices.showOnly)],
  ["price, for each question only", ({ prices }) => short.format(prices.perSpike)],
];

function printPlan(plan: PlanNow, terminal: Terminal): void {
  const { bold, dim, yellow } = ink(terminal);
  const heads = plan.estimates.map(({ scenario }) => bold(scenario));
  const rows = figures.map(([what, of]) => [dim(what), ...plan.estimates.map(of)]);
  terminal.out(`${table([[dim("if it goes"), ...heads], ...rows], { right: [1, 2, 3] })}\n\n`);
  const high = plan.estimates.at(-1);
  if (high) {
    const { minutes } = high;
    const chart = (way: "showOnly" | "perSpike"): string =>
      barsOf(
        minutes.map((each) => each[way]),
        chartColumns,
      );
    terminal.out(`${dim("Machines by minute, if it goes high")}\n`);
    terminal.out(`  show only  ${chart("showOnly")}  ${high.machines.on}\n`);
    const { on, between } = high.machines;
    terminal.out(`  per spike  ${chart("perSpike")}  ${between} to ${on}\n`);
    terminal.out(
      `${dim("Answers after a reveal")}\n  each second ${barsOf(high.curve, chartColumns)}\n\n`,
    );
  }
  const from = plan.isMeasured ? "as measured on these nodes" : "assumed: rehearse to measure it";
  terminal.out(dim(`An answer takes ${plan.answerUs.toFixed(1)} µs of a core, ${from}.\n`));
  for (const warning of plan.warnings) terminal.out(`${yellow("!")} ${plain(warning)}\n`);
}

/** `castor live plan`: machines, minutes and money, or one of the schedules that follow from them. */
export const livePlan: Command = {
  usage: "live plan <show> [--schedule keda|aws] [--way show-only|per-spike]",
  summary: "What a show needs: machines by minute, what runs out first, prices, schedules.",
  about: "What it reckons with is under live.shows.<show>.plan in castor.yaml.",
  example: "castor live plan final-night --schedule keda > scaling.yaml",
  wordsMin: 1,
  wordsMax: 1,
  options: {
    schedule: {
      type: "text",
      value: "keda|aws",
      about: "Print the scaling schedule and nothing else.",
    },
    way: {
      type: "text",
      value: ways.join("|"),
      about: "Machines for the whole show, or for each question.",
    },
    ...toCastor,
  },
  async run(given, terminal) {
    const [show] = given.words;
    const plan = (await connect(given, terminal).ask("live.plan", { show })) as PlanNow;
    if (given.flag("json")) {
      terminal.out(`${JSON.stringify(plan)}\n`);
      return exit.ok;
    }
    const schedule = given.text("schedule");
    if (schedule === undefined) {
      printPlan(plan, terminal);
      return exit.ok;
    }
    const way = given.text("way") ?? "show-only";
    const found = plan.schedules.find((each) => each.way === way);
    if (!found || (schedule !== "keda" && schedule !== "aws"))
      throw new UsageError(`--schedule is keda or aws, --way is ${ways.join(" or ")}.`);
    terminal.out(`${found[schedule].trimEnd()}\n`);
    return exit.ok;
  },
};
