import { type Command, exit, type Options, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink } from "../ink.ts";

const linesOtherwise = 50;
const linesMax = 500;
const askAgainMs = 500;

const options: Options = {
  follow: { type: "flag", short: "f", about: "Go on as requests come, until Ctrl-C." },
  lines: {
    type: "text",
    value: String(linesOtherwise),
    about: `How many lines at first (up to ${linesMax}).`,
  },
  ...toCastor,
};

type Lines = { isOn: boolean; lines: { line: string }[]; after: string | null };

/** `castor gateway access-log`: the last lines of all workers, as they are in the files. */
export const accessLog: Command = {
  usage: "gateway access-log [--follow] [--lines 50]",
  summary: "The last requests, as the access log writes them.",
  example: "castor gateway access-log --follow | grep '\"status\":503'",
  options,
  async run(given, terminal) {
    const lines = Number(given.text("lines") ?? linesOtherwise);
    if (!Number.isInteger(lines) || lines < 1 || lines > linesMax)
      throw new UsageError(`--lines goes from 1 to ${linesMax}.`);
    const { ask } = connect(given, terminal);
    const print = async (more: { lines: number; after?: string }): Promise<Lines> => {
      const answer = (await ask("gateway.access-log", more)) as Lines;
      for (const { line } of answer.lines) terminal.out(line);
      return answer;
    };
    const first = await print({ lines });
    if (!first.isOn) {
      const { dim } = ink(terminal);
      terminal.err(dim("There is no access log: add `gateway: { accessLog: {} }`.\n"));
    }
    let { after } = first;
    while (given.flag("follow") && !terminal.signal.aborted) {
      await Bun.sleep(askAgainMs);
      ({ after } = await print({ lines: linesMax, ...(after === null ? {} : { after }) }));
    }
    return exit.ok;
  },
};
