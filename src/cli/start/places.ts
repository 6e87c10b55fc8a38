import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { capabilities } from "../../castor.ts";
import {
  configurationOf,
  loadConfig,
  type Mistake,
  printMistakes,
} from "../../kernel/config/index.ts";
import { addressOf } from "../../platform/console/address.ts";
import type { Terminal } from "../terminal.ts";
import type { Plan } from "./plan.ts";

/** Where visitors and operators come in, as the configuration says. */
export type Places = { gatewayUrls: string[]; consoleUrl: string };

type Values = {
  gateway?: { listen?: string | string[] };
  console?: { listen: string };
};

/** Reads the configuration as control does: its places, or all its mistakes, printed. */
export function placesOf(
  { config, env }: Plan,
  terminal: Terminal,
): { ok: true; places: Places } | { ok: false; mistakes: Mistake[]; printed: string } {
  const loaded = loadConfig({
    text: readFileSync(config, "utf8"),
    file: basename(config),
    env: { ...terminal.env, ...env },
    ...configurationOf(capabilities),
  });
  if (!loaded.ok) return { ...loaded, printed: printMistakes(loaded.mistakes, terminal) };
  const { gateway, console } = loaded.values as Values;
  const gatewayUrls = [gateway?.listen ?? []].flat().map((each) => addressOf(each).url);
  const consoleUrl = addressOf(console?.listen ?? "127.0.0.1:4600").url;
  return { ok: true, places: { gatewayUrls, consoleUrl } };
}
