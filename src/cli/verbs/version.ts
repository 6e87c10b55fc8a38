import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, exit } from "../command.ts";

const packageFile = join(import.meta.dir, "..", "..", "..", "package.json");
const packaged = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
export const castorVersion: string = packaged.version;

/** `castor version`. */
export const version: Command = {
  usage: "version",
  summary: "Which Castor this is.",
  example: "castor version --json",
  options: {},
  async run(given, terminal) {
    const facts = {
      castor: castorVersion,
      bun: Bun.version,
      platform: `${process.platform}-${process.arch}`,
    };
    terminal.out(
      given.flag("json")
        ? `${JSON.stringify(facts)}\n`
        : `castor ${facts.castor} (bun ${facts.bun}, ${facts.platform})\n`,
    );
    return exit.ok;
  },
};
