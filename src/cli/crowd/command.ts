import { existsSync } from "node:fs";
import type * as z from "zod";
import { type Command, exit, Failure, type Options, UsageError } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { curveNames, type CurveName } from "./curves.ts";
import { endsWithInput } from "./ends-with-input.ts";
import { crowdFlags, type CrowdFlags, type ErrorLimit, optionsOf } from "./options.ts";
import { progressLine, renderReport } from "./render.ts";
import type { Report } from "./report.ts";
import { type Progress, runCrowd } from "./run-crowd.ts";
import { TargetRefused } from "./target.ts";

const targetByDefault = "http://127.0.0.1:8080/";
const plainLineMsMin = 5_000;

const isFlag = (schema: z.ZodType): boolean => schema.safeParse(true).data === true;

/** What a value looks like, for help. */
const samples: Record<string, string> = {
  rate: "200",
  people: "50",
  for: "2m",
  requests: "1000",
  pages: "5",
  think: "3s",
  path: "/,/about",
  window: "60s",
  every: "2m",
  speed: "100",
  "new-connections": "0.1",
  timeout: "10s",
  "max-errors": "1%",
  "in-flight-max": "10000",
  seed: "1",
};

/** The options as the command line knows them, from the one schema. */
const options: Options = Object.fromEntries(
  Object.entries(crowdFlags.shape).map(([name, schema]) => {
    const about = schema.description ?? "";
    const value = samples[name];
    return [
      name,
      isFlag(schema)
        ? { type: "flag" as const, about }
        : { type: "text" as const, about, ...(value ? { value } : {}) },
    ];
  }),
);

type Words = { curve: CurveName; target: string; logFile: string };

/** `steady [address]`, or `replay <access log> [address]`. */
export function readWords(words: readonly string[]): Words {
  const [name = "", ...rest] = words;
  const curve = curveNames.find((each) => each === name);
  if (!curve) {
    throw new UsageError(`There is no curve ${name}.`, `There are ${curveNames.join(", ")}.`);
  }
  const logFile = curve === "replay" ? (rest.shift() ?? "") : "";
  if (curve === "replay" && !existsSync(logFile)) {
    throw new UsageError(
      logFile ? `There is no file ${logFile}.` : "replay needs an access log.",
      "castor crowd replay access.log http://localhost:8080",
    );
  }
  if (rest.length > 1) throw new UsageError(`${rest[1]} is one word too many.`);
  return { curve, logFile, target: rest[0] ?? targetByDefault };
}

/** Every wrong option at once. */
export function readFlags(
  text: (name: string) => string | undefined,
  flag: (name: string) => boolean,
): CrowdFlags {
  const given = Object.entries(options)
    .map(([name, { type }]) => [name, type === "flag" ? flag(name) : text(name)] as const)
    .filter(([, value]) => value !== undefined);
  const read = crowdFlags.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
  throw new UsageError(wrong.join("\n"));
}

/** Has the run failed? */
export const exceeds = (report: Report, limit: ErrorLimit): boolean =>
  "count" in limit
    ? report.errors > limit.count
    : report.errors > limit.share * (report.requests + report.notSent);

/** Shows progress: one line that redraws itself for a person, a line now and then for a file, nothing for a program. */
function teller(terminal: Terminal, json: boolean): (progress: Progress) => void {
  if (json) return () => {};
  if (terminal.isInteractive) {
    return (progress) => terminal.err(`\r\x1b[2K${progressLine(progress, terminal)}`);
  }
  let nextAt = 0;
  return (progress) => {
    const now = progress.elapsedSeconds * 1000;
    if (now < nextAt) return;
    nextAt = now + plainLineMsMin;
    terminal.err(`${progressLine(progress, terminal)}\n`);
  };
}

function inputEnds(): AbortSignal {
  const ended = new AbortController();
  process.stdin.on("end", () => ended.abort());
  process.stdin.resume();
  process.stdin.unref(); // The crowd itself decides how long this process lives.
  return ended.signal;
}

/** `castor crowd`. */
export const command: Command = {
  usage: "crowd <steady|buzz|quiz|replay <access log>> [address]",
  summary: "Send a crowd of visitors to a site, and report how it bore them",
  example: "castor crowd buzz http://localhost:8080 --people 200 --for 2m",
  about: [
    "steady  the same all the time",
    "buzz    the front page of a big site: a fast rise, a slow decay",
    "quiz    everybody within a minute, then quiet, again and again",
    "replay  a recorded day: paths, people, browsers and times of an access log",
    "",
    "Visitors come when they want to, whether or not the site keeps up, and they wait from that moment on: a slow",
    "answer is not hidden by a slow crowd. Only sites on this machine, unless you own the target and say so.",
  ].join("\n"),
  options,
  wordsMin: 1,
  wordsMax: 3,
  async run(given, terminal) {
    const words = readWords(given.words);
    const flags = readFlags(given.text, given.flag);
    const json = given.flag("json");
    const report = await runCrowd(optionsOf(flags, words), {
      onProgress: teller(terminal, json),
      signal: terminal.env[endsWithInput]
        ? AbortSignal.any([terminal.signal, inputEnds()])
        : terminal.signal,
    }).catch((problem: unknown) => {
      if (problem instanceof TargetRefused) throw new Failure(problem.message);
      throw problem;
    });
    if (terminal.isInteractive && !json) terminal.err("\r\x1b[2K");
    terminal.out(json ? `${JSON.stringify(report)}\n` : renderReport(report, terminal));
    return exceeds(report, flags["max-errors"]) ? exit.refused : exit.ok;
  },
};
