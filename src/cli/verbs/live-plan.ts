import { type PlanCosts, type PlanNow, planResourceWords } from "../../absorb/live/contract.ts";
import { type Command, exit, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { barsOf } from "../figures.ts";
import { ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

const chartColumns = 60;
const ways = ["show-only", "per-spike"] as const;

const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

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
  ["runs out first", ({ saturatesFirst }) => planResourceWords[saturatesFirst] ?? saturatesFirst],
  ["price, always on (a month)", ({ prices }) => short.format(prices.alwaysOn)],
  ["price, for the show only", ({ prices }) => short.format(prices.showOnly)],
  ["price, for each question only", ({ prices }) => short.format(prices.perSpike)],
];

const costWords: Record<PlanNow["reckonedWith"][number]["what"], { name: string; unit: string }> = {
  answerUs: { name: "processor time of an answer", unit: "µs" },
  plainConnectUs: { name: "of a connection and its hello", unit: "µs" },
  handshakeUs: { name: "of a TLS handshake", unit: "µs" },
  sendUs: { name: "of telling one of many", unit: "µs" },
  connectionKb: { name: "memory of a connection", unit: "kB" },
  tlsKb: { name: "of its TLS", unit: "kB" },
};

/** What to write into castor.yaml, so that plans made elsewhere and later reckon with it too. */
function printFragment(show: string, costs: PlanCosts, terminal: Terminal): void {
  const { dim } = ink(terminal);
  const pairs = Object.entries(costs).map(
    ([what, value]) => `${what}: ${Number(value).toFixed(1)}`,
  );
  terminal.out(`\n${dim(`To keep it, in castor.yaml under live.shows.${show}.plan:`)}\n`);
  terminal.out(`  costs:\n${pairs.map((pair) => `    ${pair}`).join("\n")}\n`);
}

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
  const reckoned = plan.reckonedWith.map(({ what, value, from }) => [
    dim(costWords[what].name),
    `${value.toFixed(1)} ${costWords[what].unit}`,
    from === "assumed" ? yellow(from) : from,
  ]);
  terminal.out(`${dim("It reckons with")}\n${table(reckoned, { right: [1], indent: 2 })}\n`);
  for (const warning of plan.warnings) terminal.out(`${yellow("!")} ${plain(warning)}\n`);
}

/** A certificate for a day, as gateways have them: ECDSA P-256. */
export async function certificateForNow(): Promise<{ cert: string; key: string }> {
  const { issue, newAuthority } = await import("../../absorb/gateway/data-plane/tls/issue.ts");
  const { createPrivateKey } = await import("node:crypto");
  const now = Date.now();
  const authority = newAuthority({ name: "measure", now, days: 1 });
  const authorityKey = createPrivateKey(authority.key);
  return issue(authority, { hosts: ["localhost"], now, days: 1, authorityKey });
}

async function measured(terminal: Terminal): Promise<PlanCosts> {
  if (terminal.isInteractive) terminal.err("Measuring this machine…");
  const { measureHere } = await import("../../absorb/live/data-plane/yardstick.ts");
  try {
    return await measureHere(await certificateForNow());
  } finally {
    if (terminal.isInteractive) terminal.err("\r\x1b[2K");
  }
}

/** `castor live plan`: machines, minutes and money, or one of the schedules that follow from them. */
export const livePlan: Command = {
  usage: "live plan <show> [--measure] [--schedule keda|aws] [--way show-only|per-spike]",
  summary: "What a show needs: machines by minute, what runs out first, prices, schedules.",
  about:
    "What it reckons with is under live.shows.<show>.plan in castor.yaml. Castor rents no machines itself: the schedules are for what does.",
  example: "castor live plan final-night --schedule keda > scaling.yaml",
  wordsMin: 1,
  wordsMax: 1,
  options: {
    measure: {
      type: "flag",
      about: "Measure first what answers, connections and TLS take of this machine: some seconds.",
    },
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
    const api = connect(given, terminal);
    // Whether there is such a show is known before a machine is kept busy for it.
    let plan = (await api.ask("live.plan", { show })) as PlanNow;
    const costs = given.flag("measure") ? await measured(terminal) : undefined;
    if (costs) plan = (await api.ask("live.plan", { show, costs })) as PlanNow;
    if (given.flag("json")) {
      terminal.out(`${JSON.stringify(plan)}\n`);
      return exit.ok;
    }
    const schedule = given.text("schedule");
    if (schedule === undefined) {
      printPlan(plan, terminal);
      if (costs) printFragment(plan.show, costs, terminal);
      return exit.ok;
    }
    const way = given.text("way") ?? "show-only";
    const found = plan.schedules.find((each) => each.way === way);
    if (!found || (schedule !== "keda" && schedule !== "aws"))
      throw new UsageError(
        `--schedule is keda or aws, --way is ${ways.join(" or ")}.${schedule === "castor" ? " Castor starts no machines itself: services on those that run have `instances` in castor.yaml." : ""}`,
      );
    terminal.out(`${found[schedule].trimEnd()}\n`);
    return exit.ok;
  },
};
