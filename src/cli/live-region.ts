import { widthOf } from "./ink.ts";
import type { Terminal } from "./terminal.ts";

/** A part of the terminal that redraws itself below everything that was printed. */
export type LiveRegion = {
  draw(lines: readonly string[]): void;
  /** Prints a line that stays, above the region. */
  print(line: string): void;
  end(): void;
};

export function liveRegion(terminal: Terminal): LiveRegion {
  let shown: readonly string[] = [];
  const rowsOf = (lines: readonly string[]): number =>
    lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / terminal.columns)), 0);
  const erase = (): string => (shown.length > 0 ? `\x1b[${rowsOf(shown)}A\r\x1b[J` : "");
  return {
    draw(lines) {
      terminal.out(`${erase()}${lines.join("\n")}\n`);
      shown = lines;
    },
    print(line) {
      const below = shown.length > 0 ? `${shown.join("\n")}\n` : "";
      terminal.out(`${erase()}${line}\n${below}`);
    },
    end() {
      shown = [];
    },
  };
}
