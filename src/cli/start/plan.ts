import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
// Not the configuration's index: nothing that is slow to load stands between the command and the start of control.
import { givenVariable } from "../../kernel/config/given.ts";
import { lastGoodFile } from "../../kernel/config/last-good.ts";
import { Failure, type Options } from "../command.ts";
import type { Terminal } from "../terminal.ts";

export const configFile = "castor.yaml";

/** What is to be started. */
export type Plan = {
  data: string;
  config: string;
  /** Overrides from the command line, as the environment of control. */
  env: Record<string, string>;
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

/** Where everything is to be; control reads the configuration itself. */
export function planOf(
  of: { data: string; config: string; env: Record<string, string> },
  terminal: Terminal,
): Plan {
  const config = resolve(terminal.folder, of.config);
  if (!existsSync(config))
    throw new Failure(
      `There is no ${of.config} here.`,
      "castor init writes one; castor protect <url> needs none; castor demo shows it all.",
    );
  if (statSync(config).isDirectory())
    throw new Failure(`${of.config} is a folder.`, "Name the file in it with --config.");
  // So that a configuration can name the Bun that runs Castor, where no other is installed.
  const env = { ...of.env, CASTOR_BUN: process.execPath };
  return { data: resolve(terminal.folder, of.data), config, env };
}

/** Whether the configuration is another one than what was in force when Castor last ran here. */
export function isChangedSince({ data, config }: Plan): boolean {
  const lastGood = join(data, lastGoodFile);
  return existsSync(lastGood) && !readFileSync(lastGood).equals(readFileSync(config));
}
