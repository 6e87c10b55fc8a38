import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCollection } from "./read.ts";

/** Undefined in a checkout without the data that is shared. */
const sample = (path: string): string | undefined => {
  const whole = join(import.meta.dir, "../../../../../shared/data", path);
  return existsSync(whole) ? readFileSync(whole, "utf8") : undefined;
};
const list = sample("postmortems/README.md");
const wheel = sample("wheel/incidents.json");
const countBy = <T>(all: readonly T[], of: (each: T) => string): Record<string, number> =>
  all.reduce<Record<string, number>>((sums, each) => {
    sums[of(each)] = (sums[of(each)] ?? 0) + 1;
    return sums;
  }, {});

describe.skipIf(list === undefined)("the list of danluu/post-mortems", () => {
  const read = readCollection(list ?? "", "danluu");
  const stories = read.filter(({ kind }) => kind === "story");

  test("has its 190 stories under their headings", () => {
    expect(countBy(stories, ({ category }) => category)).toEqual({
      ...{ "Config Errors": 45, "Hardware/Power Failures": 12, Conflicts: 7, Time: 5, Database: 2 },
      Uncategorized: 119,
    });
    const by = countBy(stories, ({ company = "" }) => company);
    expect([by["Google"], by["Cloudflare"], by["Amazon"], by["Heroku"]]).toEqual([20, 12, 11, 8]);
  });
  test("keeps what stands around them, with its links, and no table of contents", () => {
    const notes = read.filter(({ kind }) => kind === "note");
    expect(notes.map(({ title }) => title)).toEqual([
      ...["Uncategorized", "Other lists of postmortems", "Analysis", "Contributors"],
    ]);
    expect(notes[1]?.links).toHaveLength(14);
  });
  test("every story has a link and words, and most are known by what they are about", () => {
    for (const { url, text } of stories) {
      expect(url).toMatch(/^https?:\/\//);
      expect(text.length).toBeGreaterThan(3);
    }
    expect(stories.filter(({ tags }) => tags.length === 0).length).toBeLessThan(40);
  });
});

test.skipIf(wheel === undefined)("scenarios of the wheel are read", () => {
  const read = readCollection(wheel ?? "", "wheel");
  expect(read).toHaveLength(8);
  expect(read[4]?.links).toEqual(["incidents/redis-story.json"]);
});

test("the markup of scenarios does not run", () => {
  const evil = [
    { id: 1, scenario: "<p>It is <b>02:10</b> &amp; dark</p><script>alert(1)</script>" },
  ];
  const [story] = readCollection(JSON.stringify(evil), "wheel");
  expect(story?.text).toBe("It is 02:10 & dark");
});

describe("any other Markdown", () => {
  test("becomes a story for each section, with a preface as a note", () => {
    const text = `# Our outages\n\nWhat we learned.\n\n## Disk full\n\nLogs grew. See [how](https://a.example/x_(y)).\n\n### Lesson\n\nRotate.\n\n## Cake\n\nToo much.\n`;
    const read = readCollection(text, "ours");
    expect(read.map(({ title, category, kind, url }) => [title, category, kind, url])).toEqual([
      ["Our outages", "Our outages", "note", undefined],
      ["Disk full", "Our outages", "note", undefined],
      ["Lesson", "Disk full", "story", undefined],
      ["Cake", "Our outages", "story", undefined],
    ]);
    expect(read[1]).toMatchObject({
      links: ["https://a.example/x_(y)"],
      text: "Logs grew. See how.",
    });
  });
  test("loses no word, whatever its shape", () => {
    const text = `lead **bold**\n\n\`\`\`sh\n# a comment\n\n[not a link](#x)\n\`\`\`\n\n> quoted\n\n| a | b |\n| - | - |\n`;
    const [story, ...more] = readCollection(text, "odd");
    expect(more).toEqual([]);
    for (const word of ["lead", "bold", "# a comment", "[not a link](#x)", "quoted", "| a | b |"])
      expect(story?.text).toContain(word);
  });
  test("headings and links lose their marks, also those behind and within them", () => {
    const text =
      "## Disk # full ##\n\nSee [![a picture](p.png) of [it]](https://a.example/(x)): [here, (not far](y).\n";
    const [story] = readCollection(text, "ours");
    expect(story?.title).toBe("Disk # full");
    expect(story?.text).toBe("See a picture of [it]: here, (not far.");
  });
  test("a text too long for one story becomes several", () => {
    const read = readCollection("word ".repeat(10_000), "long");
    expect(read.map(({ text }) => text).join("")).toHaveLength(49_999);
  });
});

const many = (part: string): string => part.repeat(200_000 / part.length);
test.each([
  ["a heading of spaces", `# a${many(" ")}b\nwords`],
  ["a heading of marks", `# a${many("#")}b\nwords`],
  ["tags that never end", many("<a")],
  ["brackets that never end", many("[")],
  ["links that never end", many("[x](")],
  ["scripts that never end", JSON.stringify([{ scenario: many("<script") }])],
  [
    "ends of scripts that never end",
    JSON.stringify([{ scenario: `<script>${many("</script ")}` }]),
  ],
])("%s: nothing is held up", (_, text) => {
  expect(readCollection(text, "evil").length).toBeGreaterThan(0);
});

test("points of a list that begin with a link are stories, also in bold and with numbers", () => {
  const list = `# Failures\n\n- [How a whole cluster went away](https://a.test/2018/x) - Acme\n  - impact: all\n* [Bcme](https://b.test): no disk\n\n1. **[Ccme](https://c.test)**: no DNS\n- [Top](#failures)\n`;
  const told = readCollection(list, "list").map(({ title, company, url, text }) => [
    ...[title, company, url, text.split("\n")[0]],
  ]);
  expect(told).toEqual([
    ["How a whole cluster went away", undefined, "https://a.test/2018/x", "Acme"],
    ["no disk", "Bcme", "https://b.test", "no disk"],
    ["no DNS", "Ccme", "https://c.test", "no DNS"],
  ]);
});

test("a post-mortem is one story with all of its sections; several in a row are not", () => {
  const one = (name: string): string =>
    `# ${name}\n\n## Summary\n\nDown.\n\n## Impact\n\nAll.\n\n## Timeline\n\n- 10:00 down\n`;
  const [story, ...more] = readCollection(one("Shop down"), "file");
  expect([story?.title, story?.kind, more]).toEqual(["Shop down", "story", []]);
  expect(story?.text).toStartWith("Summary\n\nDown.");
  expect(readCollection(one("A") + one("B"), "file").length).toBeGreaterThan(2);
});

test("what stands before a text between dashes says whose it is and where it came from", () => {
  const front = `---\ntitle: "No power"\nurl: https://a.test/1\ncompany: Acme\nother: [1]\n---\nIt was dark.\n`;
  expect(readCollection(front, "file")).toMatchObject([
    { title: "No power", url: "https://a.test/1", company: "Acme", text: "It was dark." },
  ]);
});
