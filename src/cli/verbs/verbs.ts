import { type Command, type Entry, exit, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { knownVerbs, saidAs, type Verb } from "./capability-verb.ts";

/** What this program does about a capability beyond its verbs, such as `castor live rehearse`. */
function besides(entries: readonly Entry[], id: string, verbs: readonly Verb[]): Entry[] {
  return entries.filter(({ name, summary }) => {
    const [word = "", ...rest] = name.split(" ");
    const isVerb = verbs.some((verb) => verb.name === `${id}.${rest.join(" ")}`);
    return rest.length > 0 && summary !== "" && saidAs(word).includes(id) && !isVerb;
  });
}

/** `castor verbs`: everything that the capabilities offer; `entries` are the commands of this program. */
export const verbsBeside = (entries: readonly Entry[]): Command => ({
  usage: "verbs [capability]",
  summary: "Everything that the capabilities can be told and asked.",
  example: "castor verbs catalog",
  options: toCastor,
  wordsMax: 1,
  async run(given, terminal: Terminal) {
    const { manifest } = await knownVerbs(connect(given, terminal));
    const [only] = given.words;
    const wanted = manifest.filter((each) => only === undefined || each.id === only);
    if (wanted.length === 0)
      throw new UsageError(
        `There is no capability \`${only}\`.`,
        `There are ${manifest.map((each) => each.id).join(", ")}.`,
      );
    if (given.flag("json")) {
      terminal.out(`${JSON.stringify(wanted)}\n`);
      return exit.ok;
    }
    const { bold, dim, cyan } = ink(terminal);
    for (const { id, about, verbs: each } of wanted) {
      const rows = [
        ...each.map((verb) => [
          cyan(verb.name.replace(".", " ")),
          dim(verb.kind),
          dim(verb.allow),
          verb.about,
        ]),
        ...besides(entries, id, each).map(({ name, summary }) => [
          cyan(name),
          dim("program"),
          "",
          summary,
        ]),
      ];
      if (rows.length === 0) continue;
      terminal.out(`${bold(id)}  ${about}\n${table(rows, { indent: 2 })}\n\n`);
    }
    return exit.ok;
  },
});
