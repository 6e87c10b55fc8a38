import type { Found, search, similar } from "../../learn/library/contract.ts";
import type * as z from "zod";
import { type Command, exit, type Options, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { type Ink, ink, plain, wrapped } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

type Search = z.output<(typeof search)["output"]>;
type Similar = z.output<(typeof similar)["output"]>;

const shownOtherwise = 10;

const options: Options = {
  ...toCastor,
  tag: { type: "text", value: "certificate", about: "Only those about this." },
  category: { type: "text", value: "Time", about: "Only those under this heading." },
  source: { type: "text", value: "danluu", about: "Only those of this collection." },
  kind: { type: "text", value: "story|scenario|note", about: "Only this kind." },
  limit: { type: "text", value: String(shownOtherwise), about: "How many at most (up to 200)." },
  like: { type: "flag", about: "The words say what happens here: what is like it comes first." },
  text: { type: "text", value: "words", about: "The words, instead of after the command." },
};

/** `**` around the words that were looked for, as weight. */
const marked = (text: string, { bold }: Ink): string =>
  plain(text)
    .split("**")
    .map((part, place) => (place % 2 === 1 ? bold(part) : part))
    .join("");

const excerptLinesMax = 3;
const columnsMax = 100;

function storyLines(story: Found, terminal: Terminal): string {
  const color = ink(terminal);
  const { title, company, category, year, source, tags, url, brokenLink, id } = story;
  const name = company === undefined || title.startsWith(company) ? title : `${company}: ${title}`;
  const about = [category, ...(year === undefined ? [] : [String(year)]), source, ...tags];
  const width = Math.min(columnsMax, terminal.columns) - 2;
  const lines = wrapped(story.excerpt.replaceAll(/\s+/g, " "), width).slice(0, excerptLinesMax);
  return [
    `${color.bold(plain(name))}  ${color.dim(plain(id))}`,
    ...lines.map((line) => `  ${marked(line, color)}`),
    `  ${color.dim(plain(about.join(" · ")))}`,
    ...(url === undefined
      ? []
      : [
          `  ${color.cyan(plain(url))}${brokenLink === undefined ? "" : color.yellow(`  ${plain(brokenLink)}`)}`,
        ]),
  ].join("\n");
}

const top = (counts: Search["tags"]): string =>
  counts
    .slice(0, 8)
    .map(({ name, count }) => `${plain(name)} ${count}`)
    .join(", ");

/** `castor library search`: what happened to others, by words or by likeness. */
export const librarySearch: Command = {
  usage: "library search [words…]",
  summary: "What happened to others: post-mortems and scenarios, by words or by likeness.",
  about:
    "All words must be there, the last may be unfinished; with --like the rarest words of a sentence count most.",
  example: 'castor library search --like "after the newsletter the database has no connections"',
  options,
  wordsMax: 50,
  async run(given, terminal) {
    const text = given.text("text") ?? given.words.join(" ");
    const limit = Number(given.text("limit") ?? shownOtherwise);
    if (!Number.isInteger(limit) || limit < 1 || limit > 200)
      throw new UsageError("--limit goes from 1 to 200.");
    const to = connect(given, terminal);
    if (given.flag("like")) {
      if (text.trim().length < 3) throw new UsageError("Say what happens, in a few words.");
      const { stories } = (await to.ask("library.similar", {
        text,
        limit: Math.min(50, limit),
      })) as Similar;
      return told({ stories, total: stories.length, tags: [], categories: [] }, given, terminal);
    }
    const narrowed = ["tag", "category", "source", "kind"].map((name) => [name, given.text(name)]);
    const known = Object.fromEntries(narrowed.filter(([, value]) => value !== undefined));
    const asked = { ...known, limit, ...(text === "" ? {} : { text }) };
    return told((await to.ask("library.search", asked)) as Search, given, terminal);
  },
};

function told(found: Search, given: { flag(name: string): boolean }, terminal: Terminal): number {
  if (given.flag("json")) {
    terminal.out(`${JSON.stringify(found)}\n`);
    return exit.ok;
  }
  const { dim } = ink(terminal);
  const { stories, total, tags, categories } = found;
  if (stories.length === 0) {
    terminal.out("None. Fewer words find more; `castor library sources` shows what is there.\n");
    return exit.ok;
  }
  terminal.out(`${stories.map((each) => storyLines(each, terminal)).join("\n\n")}\n\n`);
  const more = total > stories.length ? `${stories.length} of ${total}` : `${total}`;
  terminal.out(
    dim(`${more}${tags.length > 0 ? `; about ${top(tags)}; under ${top(categories)}` : ""}\n`),
  );
  return exit.ok;
}
