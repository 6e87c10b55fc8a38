import { longSpan } from "../../console/ui/format.ts";
import type { CallsReplayed, PagesReplayed } from "../../respond/paging/contract.ts";
import { type Arguments, type Command, exit, Failure, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { clockText } from "../when.ts";

const pagesMax = 30;

async function changeOf(given: Arguments): Promise<string> {
  const file = given.text("change-file");
  if (file === undefined) return given.text("change") ?? "";
  if (given.text("change") !== undefined)
    throw new UsageError("A change comes from --change or from --change-file, not from both.");
  try {
    return await (file === "-" ? Bun.stdin : Bun.file(file)).text();
  } catch {
    throw new Failure(`${file} cannot be read.`, "Name a file, or - for standard input.");
  }
}

function callsText(calls: CallsReplayed, terminal: Terminal): string {
  const { dim } = ink(terminal);
  const people = calls.people.map(({ person, was, would, atNight }) => [
    plain(person),
    String(would),
    String(was),
    `${atNight.would} (${atNight.was})`,
  ]);
  const heads = ["", "calls", "were", "while asleep"].map(dim);
  const pages = calls.would.slice(0, pagesMax).map((page) => {
    const { acknowledgedBy: by, acknowledgedAfterMs: after } = page;
    const names = [...new Set(page.called.map(({ person }) => person))].join(", ");
    const seen = by === null ? "by nobody" : `by ${by}, after ${longSpan(after ?? 0)}`;
    return [dim(clockText(page.at, Date.now())), plain(page.title), plain(names), plain(seen)];
  });
  return `${plain(calls.says)}\n\n${table([heads, ...people], { indent: 2, right: [1, 2, 3] })}\n\n${table(pages, { indent: 2 })}\n`;
}

function missedText({ missed, later }: PagesReplayed, terminal: Terminal): string {
  const { dim } = ink(terminal);
  const line = (word: string) => (of: { at: number; title: string; byMs: number | null }) => [
    dim(clockText(of.at, Date.now())),
    plain(of.title),
    of.byMs === null ? word : `${word} by ${longSpan(of.byMs)}`,
  ];
  const mattered = missed.filter((each) => each.mattered).map(line("missed"));
  const rows = [...mattered, ...later.map(line("later"))].slice(0, pagesMax);
  return rows.length === 0 ? "" : `${table(rows, { indent: 2 })}\n\n`;
}

/** `castor alerts replay`: one verb for rules, routes and policies; those of paging are `paging.replay`'s. */
export const alertsReplay: Command = {
  usage: "alerts replay [--change-file change.yaml] [--days 7]",
  summary: "Try other rules, routes, objectives or policies on the recorded past.",
  about:
    "Nothing is changed and nobody is told. A change is YAML as in castor.yaml: what is under `alerts:`, and `policies` under `paging:`. Without a change, what is in force is replayed.",
  example:
    "castor alerts replay --change 'paging: { policies: { default: { steps: [{ who: [ben], after: 3m }] } } }'",
  options: {
    change: { type: "text", value: "yaml", about: "What is to be different." },
    "change-file": {
      type: "text",
      value: "file",
      about: "The same from a file; - for standard input.",
    },
    days: { type: "text", value: "7", about: "So many days back." },
    ...toCastor,
  },
  wordsMax: 0,
  async run(given, terminal) {
    const days = given.text("days");
    const input = {
      change: await changeOf(given),
      ...(days === undefined ? {} : { days: Number(days) }),
    };
    const replayed = (await connect(given, terminal).act("paging.replay", input)) as PagesReplayed;
    if (given.flag("json")) {
      terminal.out(`${JSON.stringify(replayed)}\n`);
      return exit.ok;
    }
    const { bold } = ink(terminal);
    const calls = replayed.calls ? callsText(replayed.calls, terminal) : "";
    terminal.out(`${bold(plain(replayed.says))}\n\n${missedText(replayed, terminal)}${calls}`);
    return exit.ok;
  },
};
