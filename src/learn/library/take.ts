import { action, type Effects, type Refusal, textWithin } from "#kernel";
import * as z from "zod";
import * as contract from "./contract.ts";
import { type Config, reached, reasonOf } from "./reach.ts";
import { readCollection } from "./parse/read.ts";
import { shelf } from "./shelf.ts";

const charsMax = 5_000_000;
const storiesMax = 20_000;
const fetchMsMax = 20_000;
const togetherMax = 100;
/** Together with its envelope a part must stay below what the log takes at once. */
const partCharsMax = 400_000;

const Asked = z
  .object({
    source: contract.Source.describe("What the collection is called here."),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .describe("Where it is fetched from."),
    text: z
      .string()
      .min(1)
      .max(charsMax)
      .optional()
      .describe("Or the collection itself: Markdown, or scenarios as JSON."),
    from: z.string().max(300).optional().describe("Where the text came from, for people to read."),
  })
  .strict()
  .refine(
    ({ url, text }) => (url === undefined) !== (text === undefined),
    "Give either `url` or `text`.",
  );

async function fetched(fx: Effects<Config>, url: string): Promise<string | Refusal> {
  try {
    const answer = await reached(fx, url, { msMax: fetchMsMax });
    if (!answer.ok) return contract.notFetched(`${url} answered ${answer.status}.`);
    return (
      (await textWithin(answer, charsMax)) ??
      contract.notFetched(`It is larger than ${charsMax / 1_000_000} MB.`)
    );
  } catch (error) {
    return contract.notFetched(`${url}: ${reasonOf(error)}`);
  }
}

/** Parts that one append takes each. */
function parts(stories: readonly contract.Story[]): contract.Story[][] {
  const found: contract.Story[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const story of stories) {
    const length = JSON.stringify(story).length;
    const last = found.at(-1);
    if (last === undefined || last.length >= togetherMax || chars + length > partCharsMax) {
      found.push([story]);
      chars = length;
    } else {
      last.push(story);
      chars += length;
    }
  }
  return found;
}

const idsOf = (fx: Pick<Effects, "tables">, source: string): string[] =>
  fx
    .tables(shelf)
    .all<{ id: string }>("SELECT id FROM library_shelf WHERE source = ?", source)
    .map(({ id }) => id);

/** Records what a collection holds now: what is new or changed, and what is no more. */
export async function keep(
  fx: Effects,
  of: { source: string; from: string; stories: readonly contract.Story[] },
): Promise<{ added: number; dropped: number }> {
  const { source, from, stories } = of;
  const known = new Set(idsOf(fx, source));
  const fresh = stories.filter(({ id }) => !known.has(id));
  for (const part of parts(fresh))
    await fx.record(source, [contract.storiesTaken({ source, from, stories: part })]);
  const there = new Set(stories.map(({ id }) => id));
  const gone = [...known].filter((id) => !there.has(id));
  if (gone.length > 0)
    await fx.record(source, [
      contract.storiesDropped({ source, ids: gone, why: "the collection has them no more" }),
    ]);
  return { added: fresh.length, dropped: gone.length };
}

const Taken = z.object({
  source: z.string(),
  stories: z.number(),
  scenarios: z.number(),
  notes: z.number(),
  added: z.number(),
  dropped: z.number(),
  /** Of what was read, so that two readings can be compared. */
  sha256: z.string(),
});

export const importAction = action("library.import", {
  about:
    "Takes a collection of post-mortems or scenarios into the library, or a newer edition of one that it has.",
  input: Asked,
  output: Taken,
  act: async ({ source, url, text: given, from }, fx: Effects<Config>) => {
    const text = given ?? (await fetched(fx, url ?? ""));
    if (typeof text !== "string") return text;
    const stories = readCollection(text, source);
    if (stories.length === 0) return contract.notReadable("It is empty.");
    if (stories.length > storiesMax)
      return contract.notReadable(
        `It has ${stories.length} stories; ${storiesMax} are read at most.`,
      );
    const done = await keep(fx, { source, from: url ?? from ?? "a file", stories });
    const count = (kind: contract.Story["kind"]): number =>
      stories.filter((each) => each.kind === kind).length;
    return {
      ...{ source, stories: count("story"), scenarios: count("scenario"), notes: count("note") },
      ...done,
      sha256: new Bun.CryptoHasher("sha256").update(text).digest("hex"),
    };
  },
});

export const dropAction = action("library.drop", {
  about: "Takes a collection out of the library.",
  destroys: {
    what: "Every story of a collection.",
    name: ({ source }, read) => (idsOf(read, source).length > 0 ? source : undefined),
  },
  input: z.object({ source: contract.Source }),
  output: z.object({ dropped: z.number() }),
  act: async ({ source }, fx) => {
    const ids = idsOf(fx, source);
    if (ids.length === 0) return contract.unknownSource(`There is no collection ${source}.`);
    await fx.record(source, [contract.storiesDropped({ source, ids, why: "asked" })]);
    return { dropped: ids.length };
  },
});
