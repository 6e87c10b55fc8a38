import { type Command, exit, type Options, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { type Fact, factLine, type Facts } from "../facts.ts";
import { ink } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { momentOf } from "../when.ts";
import { naming } from "../who.ts";

const limitOtherwise = 50;
const limitMax = 500;

const options: Options = {
  follow: { type: "flag", short: "f", about: "Go on as things happen, until Ctrl-C." },
  since: { type: "text", value: "1h", about: "Only what happened since: 90s, 1h, 7d, or a date." },
  type: {
    type: "text",
    value: "catalog.*,…",
    about: "Only these types; * at the end for all of a capability.",
  },
  text: { type: "text", value: "words", about: "Only facts with these words." },
  by: { type: "text", value: "id", about: "Only what this actor did." },
  limit: {
    type: "text",
    value: String(limitOtherwise),
    about: `How many at most (up to ${limitMax}).`,
  },
  ...toCastor,
};

/** `castor log`: what happened, in words, with who and why. */
export const log: Command = {
  usage: "log [--follow] [--since 1h] [--type a,b] [--text words] [--limit 50]",
  summary: "What happened, in words, with who and why.",
  example: "castor log --follow --since 10m --type 'catalog.*,gateway.*'",
  options,
  async run(given, terminal) {
    const limit = Number(given.text("limit") ?? limitOtherwise);
    if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
      throw new UsageError(`--limit goes from 1 to ${limitMax}.`);
    const since = given.text("since");
    const filter = {
      limit,
      type: given
        .text("type")
        ?.split(",")
        .map((each) => each.trim()),
      text: given.text("text"),
      actor: given.text("by"),
      since: since === undefined ? undefined : momentOf(since, Date.now()),
    };
    const to = connect(given, terminal);
    const { ask, follow } = to;
    const named = naming(to);
    const print = async (facts: readonly Fact[]): Promise<void> => {
      const lines = given.flag("json")
        ? facts.map((fact) => JSON.stringify(fact))
        : (await named(facts)).map((fact) => factLine(fact, terminal, Date.now()));
      for (const line of lines) terminal.out(`${line}\n`);
    };
    const first = (await ask("log.search", filter)) as Facts;
    await print(first.events.toReversed());
    if (!given.flag("follow")) return nothing(first, given.flag("json"), terminal);
    let seen = first.head;
    for await (const { data } of follow(
      "log.search",
      { ...filter, limit: limitMax, after: seen },
      terminal.signal,
    )) {
      const { events } = JSON.parse(data) as Facts;
      await print(events.filter((each) => each.position > seen).toReversed());
      seen = Math.max(seen, ...events.map((each) => each.position));
    }
    return exit.ok;
  },
};

function nothing(facts: Facts, json: boolean, terminal: Terminal): number {
  const { dim } = ink(terminal);
  if (facts.events.length === 0 && !json) terminal.err(dim("Nothing that matches happened.\n"));
  if (facts.more && !json) terminal.err(dim("… there is more: raise --limit or narrow --since.\n"));
  return exit.ok;
}

type Verified = { checked: number; brokenAt?: number; why?: string; headHash: string };

/** `castor log verify`: recomputes the hash chain. */
export const logVerify: Command = {
  usage: "log verify",
  summary: "Prove that nobody changed the log: recompute its hash chain.",
  example: "castor log verify",
  options: toCastor,
  async run(given, terminal) {
    const verified = (await connect(given, terminal).act("log.verify", {})) as Verified;
    const { green, red, dim } = ink(terminal);
    const broken = verified.brokenAt !== undefined;
    if (given.flag("json")) terminal.out(`${JSON.stringify(verified)}\n`);
    else if (broken)
      terminal.out(
        `${red("✗")} The chain breaks at #${verified.brokenAt}: ${verified.why ?? "the hash does not fit"}.\n`,
      );
    else
      terminal.out(
        `${green("✓")} ${verified.checked} facts, the chain holds. ${dim(`head ${verified.headHash}`)}\n`,
      );
    return broken ? exit.refused : exit.ok;
  },
};
