import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { capabilities } from "../../castor.ts";
import { configurationOf, loadConfig, printMistakes } from "../../kernel/config/index.ts";
import type { Terminal } from "../terminal.ts";
import type { Plan } from "./plan.ts";

/** Reads the configuration as control does: all its mistakes, printed; none when it is good. Slow to load. */
export function mistakesOf({ config, env }: Plan, terminal: Terminal): string | undefined {
  const loaded = loadConfig({
    text: readFileSync(config, "utf8"),
    file: basename(config),
    env: { ...terminal.env, ...env },
    ...configurationOf(capabilities),
  });
  return loaded.ok ? undefined : printMistakes(loaded.mistakes, terminal);
}
