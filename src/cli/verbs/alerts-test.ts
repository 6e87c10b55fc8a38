import type { Config } from "../../respond/alerts/config.ts";
import { summaryLine, triedLines } from "../../respond/alerts/rules/show.ts";
import { tryAll } from "../../respond/alerts/rules/try.ts";
import { type Command, exit } from "../command.ts";
import { ink } from "../ink.ts";
import { readConfigOrTell } from "./config.ts";

/** `castor alerts test`: the tests of rules and objectives, without a running Castor. */
export const alertsTest: Command = {
  usage: "alerts test [castor.yaml]",
  summary: "Try the tests of rules and objectives that the configuration has.",
  about:
    "Each test gives numbers minute by minute and says when the rule is to fire. Exits 1 where one does not hold.",
  example: "castor alerts test castor.yaml",
  options: { config: { type: "text", value: "castor.yaml", about: "The configuration file." } },
  wordsMax: 1,
  async run(given, terminal) {
    const values = readConfigOrTell(given, terminal);
    if (values === undefined) return exit.refused;
    const all = tryAll(values["alerts"] as Config);
    const isRight = all.every((each) => each.isRight);
    if (given.flag("json")) terminal.out(`${JSON.stringify({ ok: isRight, tests: all })}\n`);
    else {
      const { green, red } = ink(terminal);
      for (const each of all) {
        const [first = "", ...rest] = triedLines(each);
        const paint = each.isRight ? green : red;
        terminal.out(`${[paint(first), ...rest].join("\n")}\n`);
      }
      terminal.out(`${summaryLine(all)}\n`);
    }
    return isRight ? exit.ok : exit.refused;
  },
};
