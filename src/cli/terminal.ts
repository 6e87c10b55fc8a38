/** What a command may know of and do to the terminal: tests give another one. */
export type Terminal = {
  out(text: string): void;
  err(text: string): void;
  /** A person is watching: panels and progress bars make sense. */
  isInteractive: boolean;
  colour: boolean;
  columns: number;
  rows: number;
  env: Readonly<Record<string, string | undefined>>;
  folder: string;
  /** One line that a person typed, or none when nobody can. */
  ask(question: string): Promise<string | undefined>;
  /** Aborted by Ctrl-C and SIGTERM. */
  signal: AbortSignal;
};

const columnsOtherwise = 100;
const rowsOtherwise = 30;

/** The real terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stdin, env } = process;
  const stop = new AbortController();
  const isInteractive = stdout.isTTY === true && env["TERM"] !== "dumb" && !env["CI"];
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isInteractive,
    colour: isInteractive && (env["NO_COLOR"] ?? "") === "",
    get columns() {
      return stdout.columns || columnsOtherwise;
    },
    get rows() {
      return stdout.rows || rowsOtherwise;
    },
    env,
    folder: process.cwd(),
    ask: async (question) => (stdin.isTTY ? await typed(question) : undefined),
    get signal() {
      // Only a command that looks at the signal wants to survive the first Ctrl-C.
      if (!process.listeners("SIGINT").includes(stopNow)) {
        process.once("SIGINT", stopNow);
        process.once("SIGTERM", stopNow);
      }
      return stop.signal;
    },
  };
  function stopNow(): void {
    stop.abort();
  }
}

async function typed(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
