import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { capabilities } from "../../castor.ts";
import {
  configurationOf,
  givenVariable,
  loadConfig,
  printMistakes,
} from "../../kernel/config/index.ts";
import { addressOf } from "../../platform/console/address.ts";
import { exit, Failure, type Options } from "../command.ts";
import type { Terminal } from "../terminal.ts";

/** What is to be started, once it is known that the configuration is right. */
export type Plan = {
  data: string;
  config: string;
  /** Overrides from the command line, as the environment of control. */
  env: Record<string, string>;
  gatewayUrls: string[];
  consoleUrl: string;
  services: string[];
};

export const startOptions: Options = {
  data: { type: "text", value: ".castor", about: "Where the log and everything else is kept." },
  listen: {
    type: "text",
    value: "127.0.0.1:8080",
    about: "Where visitors come in; :8080 for every interface.",
  },
  console: { type: "text", value: "127.0.0.1:4600", about: "Where the console and the API are." },
  workers: {
    type: "text",
    value: "2",
    about: "Gateway workers; one per core, at most 4, unless told.",
  },
  plain: { type: "flag", about: "Lines instead of the live panel." },
};

/** `--listen`, `--console` and `--workers` as the configuration knows them. */
export function overridesOf(text: (name: string) => string | undefined): Record<string, string> {
  const listen = text("listen");
  const consoleListen = text("console");
  const workers = text("workers");
  const given = {
    ...(listen === undefined ? {} : { CASTOR_GATEWAY__LISTEN: withHost(listen) }),
    ...(consoleListen === undefined ? {} : { CASTOR_CONSOLE__LISTEN: withHost(consoleListen) }),
    ...(workers === undefined ? {} : { CASTOR_GATEWAY__WORKERS: workers }),
  };
  return { ...given, [givenVariable]: Object.keys(given).join(",") };
}
/** A bare port means this machine only: nobody opens a door to the world by leaving something out. */
const withHost = (address: string): string =>
  /^\d+$/.test(address) ? `127.0.0.1:${address}` : address;

type Values = {
  gateway?: { listen?: string | string[] };
  console?: { listen: string };
  catalog?: { services?: Record<string, unknown> };
};

/** Checks the configuration before anything is started; all mistakes are told at once. */
export function planOf(
  of: { data: string; config: string; env: Record<string, string> },
  terminal: Terminal,
): Plan {
  const config = resolve(terminal.folder, of.config);
  // So that a configuration can name the Bun that runs Castor, where no other is installed.
  const env = { ...of.env, CASTOR_BUN: process.execPath };
  if (!existsSync(config))
    throw new Failure(
      `There is no ${of.config} here.`,
      "castor init writes one; castor protect <url> needs none; castor demo shows it all.",
    );
  const loaded = loadConfig({
    text: readFileSync(config, "utf8"),
    file: basename(config),
    env: { ...terminal.env, ...env },
    ...configurationOf(capabilities),
  });
  if (!loaded.ok) {
    terminal.err(printMistakes(loaded.mistakes, terminal));
    throw new Failure("With these mistakes nothing was started.", "", exit.refused);
  }
  const values = loaded.values as Values;
  return {
    data: resolve(terminal.folder, of.data),
    config,
    env,
    gatewayUrls: [values.gateway?.listen ?? []].flat().map((each) => addressOf(each).url),
    consoleUrl: addressOf(values.console?.listen ?? "127.0.0.1:4600").url,
    services: Object.keys(values.catalog?.services ?? {}),
  };
}

/** Lets other commands on this machine find the console of a data folder. */
export function rememberConsole({ data, consoleUrl }: Plan): void {
  mkdirSync(join(data, "run"), { recursive: true, mode: 0o700 });
  writeFileSync(join(data, "run", "url"), `${consoleUrl}\n`);
}
