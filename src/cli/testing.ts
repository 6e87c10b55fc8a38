import type { Terminal } from "./terminal.ts";

/** A terminal that remembers what was printed: for tests. */
export function paperTerminal(
  of: Partial<Terminal> = {},
): Terminal & { printed: string; complained: string } {
  const paper = {
    printed: "",
    complained: "",
    out: (text: string) => void (paper.printed += text),
    err: (text: string) => void (paper.complained += text),
    isInteractive: false,
    colour: false,
    columns: 100,
    rows: 30,
    env: {},
    folder: "/nowhere",
    ask: async () => undefined,
    signal: new AbortController().signal,
    ...of,
  };
  return paper;
}
