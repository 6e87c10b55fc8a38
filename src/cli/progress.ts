import { ink } from "./ink.ts";
import type { Terminal } from "./terminal.ts";

const barColumns = 28;

/** Progress of long work: a bar that redraws itself on a terminal, and silence elsewhere. */
export function progressBar(
  terminal: Terminal,
  what: string,
): { show(done: number, total: number): void; end(): void } {
  const { cyan, dim } = ink(terminal);
  let drawn = false;
  return {
    show(done, total) {
      if (!terminal.isInteractive) return;
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const full = Math.round(share * barColumns);
      const bar = cyan("█".repeat(full)) + dim("░".repeat(barColumns - full));
      drawn = true;
      terminal.err(`\r\x1b[2K${what} ${bar} ${Math.floor(share * 100)} %`);
    },
    end() {
      if (drawn) terminal.err("\r\x1b[2K");
    },
  };
}
