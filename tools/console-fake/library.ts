import type {
  LibraryOne,
  LibrarySearch,
  LibrarySources,
  LibraryStory,
} from "../../src/console/live/shapes.ts";

const told: readonly [
  company: string,
  title: string,
  text: string,
  tags: string[],
  year?: number,
][] = [
  [
    ...(["Allegro", "A campaign brought ten times the traffic"] as const),
    "E-commerce site went down after a sudden **traffic** spike caused by a marketing **campaign**. New instances did not start although there was room for them.",
    ["traffic", "capacity"],
    2018,
  ],
  [
    ...(["Clockwork", "A leap second made every kernel spin"] as const),
    "At midnight a leap second sent every machine into a loop, since the timer did not expect the clock to go back.",
    ["time", "capacity"],
    2012,
  ],
  [
    ...(["Calendar", "A certificate expired on a leap day"] as const),
    "The certificate was made for a year that has no 29 February, so nobody could sign in for ten hours.",
    ["certificate", "time"],
  ],
];
const stories: LibraryStory[] = told.map(([company, title, text, tags, year], n) => ({
  ...{ id: `s${n + 1}`, company, title, text: text.replaceAll("**", ""), excerpt: text, tags },
  ...{ source: "danluu", category: n === 0 ? "Config Errors" : "Time", kind: "story" },
  ...{ url: `https://${company.toLowerCase()}.example/`, checkedAt: Date.now() - 3 * 86_400_000 },
  ...(year === undefined ? {} : { year }),
  ...(n === 2 ? { brokenLink: "it answers 404" } : {}),
}));

const fakeSearch = (input: URLSearchParams): LibrarySearch => {
  const text = (input.get("text") ?? "").toLowerCase();
  const found = stories.filter((each) => `${each.title} ${each.text}`.toLowerCase().includes(text));
  return {
    ...{ stories: found, total: found.length },
    tags: ["time", "capacity", "traffic", "certificate"].map((name, n) => ({
      name,
      count: 40 - n * 9,
    })),
    categories: [
      { name: "Time", count: 2 },
      { name: "Config Errors", count: 1 },
    ],
  };
};
const fakeStory = (input: URLSearchParams): LibraryOne => {
  const found = stories.find(({ id }) => id === input.get("id"));
  if (!found) return { story: null };
  const { excerpt: _, ...story } = found;
  return { story: { ...story, links: ["https://talk.example/slides"] } };
};
const fakeSources = (): LibrarySources => ({
  sources: [
    {
      source: "danluu",
      from: "https://raw.githubusercontent.com/danluu/post-mortems/master/README.md",
      ...{ stories: 194, brokenLinks: 23, checkedAt: Date.now() - 3 * 86_400_000 },
    },
    { source: "ours", from: "outages.md", stories: 7, brokenLinks: 0, checkedAt: null },
  ],
});

/** What the fake Castor answers about the library. */
export const libraryAnswers = {
  "library.search": fakeSearch,
  "library.story": fakeStory,
  "library.sources": fakeSources,
};
