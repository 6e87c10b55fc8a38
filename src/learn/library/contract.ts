import { event, problem, query } from "#kernel/contract";
import * as z from "zod";

export const textCharsMax = 20_000;
/** What somebody else lived through, or a scenario to think through. */
export const Story = z.object({
  id: z.string(),
  title: z.string(),
  /** Whose it was, where that is known. */
  company: z.string().optional(),
  url: z.string().optional(),
  text: z.string().max(textCharsMax),
  /** The heading it stood under. */
  category: z.string(),
  tags: z.array(z.string()),
  year: z.number().int().optional(),
  /** Further links in the text. */
  links: z.array(z.string()),
  /** `note`: text around the stories, such as a preface; kept so that nothing is lost. */
  kind: z.enum(["story", "scenario", "note"]),
});
export type Story = z.infer<typeof Story>;

export const Source = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'Use small letters, digits and "-", such as danluu');

const stories = (count: number): string => (count === 1 ? "one story" : `${count} stories`);
/** A part of a collection as it was read; a story that was there before is replaced. */
export const storiesTaken = event(
  "library.stories-taken",
  z.object({ source: Source, from: z.string(), stories: z.array(Story).max(100) }),
  { says: (d) => `The library took ${stories(d.stories.length)} of ${d.source} from ${d.from}` },
);
export const storiesDropped = event(
  "library.stories-dropped",
  z.object({ source: Source, ids: z.array(z.string()), why: z.string() }),
  {
    says: ({ source, ids, why }) =>
      `The library dropped ${stories(ids.length)} of ${source}: ${why}`,
  },
);
/** Which links of a source lead nowhere; all others of those looked at do. */
export const linksChecked = event(
  "library.links-checked",
  z.object({
    source: Source,
    checked: z.array(z.string()),
    broken: z.array(z.object({ id: z.string(), why: z.string() })),
  }),
  {
    says: ({ source, checked, broken }) =>
      `${broken.length} of ${checked.length} links of ${source} lead nowhere`,
  },
);

export const notReadable = problem(
  "library.not-readable",
  422,
  "Nothing that could be kept was found in it",
);
export const notFetched = problem(
  "library.not-fetched",
  502,
  "The collection could not be fetched",
);
export const unknownSource = problem("library.unknown-source", 404, "There is no such collection");

const Found = Story.omit({ links: true }).extend({
  source: z.string(),
  /** Where the words stand, with `**` around them. */
  excerpt: z.string(),
  /** Why its link leads nowhere, if it does. */
  brokenLink: z.string().optional(),
  /** When its link was last looked at. */
  checkedAt: z.number().optional(),
});
export type Found = z.infer<typeof Found>;
const Count = z.object({ name: z.string(), count: z.number() });

export const search = query(
  "library.search",
  z.object({
    text: z
      .string()
      .max(200)
      .optional()
      .describe("Words that must all occur; the last may be unfinished."),
    tag: z.string().optional(),
    category: z.string().optional(),
    source: z.string().optional(),
    kind: z.enum(["story", "scenario", "note"]).optional(),
    limit: z.number().int().min(1).max(200).default(30),
    offset: z.number().int().min(0).max(100_000).default(0),
  }),
  z.object({
    stories: z.array(Found),
    total: z.number(),
    tags: z.array(Count),
    categories: z.array(Count),
  }),
  { about: "Stories of the library, the best match first; without words, as they were collected." },
);
export const similar = query(
  "library.similar",
  z.object({
    text: z.string().min(3).max(5_000).describe("What happens here, in words."),
    limit: z.number().int().min(1).max(50).default(5),
  }),
  z.object({ stories: z.array(Found) }),
  {
    about: "What happened to others who had this: stories that share the rarest words with a text.",
  },
);
export const one = query(
  "library.story",
  z.object({ id: z.string() }),
  z.object({
    story: Story.extend({
      source: z.string(),
      brokenLink: z.string().optional(),
      checkedAt: z.number().optional(),
    }).nullable(),
  }),
  { about: "One story whole." },
);
export const sources = query(
  "library.sources",
  z.object({}),
  z.object({
    sources: z.array(
      z.object({
        source: z.string(),
        from: z.string(),
        stories: z.number(),
        brokenLinks: z.number(),
        checkedAt: z.number().nullable(),
      }),
    ),
  }),
  { about: "The collections that the library holds." },
);
