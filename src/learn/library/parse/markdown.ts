import type { Story } from "../contract.ts";
import { type Front, withoutFront } from "./front.ts";
import { storiesOf } from "./story.ts";
import { linksAsWords, withoutTags } from "./strip.ts";

/** `isAbout`: it says something about the sections within it, or about all. */
type Section = { heading: string; parent: string; blocks: string[]; isAbout: boolean };

/** Sections that are about a list and not in it. */
const around =
  /^(table of contents|contents|contributors?|other lists?|analysis|licen[sc]e|contributing|acknowledge?ments?|about)\b/i;

/**
 * A list in the manner of danluu/post-mortems: each paragraph or point `[Who](link). What happened.` is a story. A post-mortem is
 * one as a whole. Any other Markdown: each section is one.
 */
export function readMarkdown(whole: string, name: string): Story[] {
  const { front, markdown } = withoutFront(whole);
  const sections = sectionsOf(markdown, front.title ?? name);
  const isOne = Object.keys(front).length > 0 || isPostMortem(sections);
  return isOne ? wholeStory(sections, front, name) : sections.flatMap(sectionStories);
}

/** What a post-mortem's sections are called. */
const parts =
  /^(executive )?(summary|impact|root causes?|causes?|triggers?|timeline|detection|resolution|mitigation|recovery|lessons( learned)?|action items?|what went (well|wrong)|where we got lucky|contributing factors|background|follow[- ]ups?)\b/i;
const partsMin = 3;
/** One, not several in a row. */
function isPostMortem(sections: readonly Section[]): boolean {
  const found = sections.flatMap(({ heading }) => parts.exec(heading)?.[0].toLowerCase() ?? []);
  return found.length >= partsMin && new Set(found).size === found.length;
}

function wholeStory(sections: readonly Section[], front: Front, name: string): Story[] {
  const isPart = ({ heading }: Section): boolean => heading === name || parts.test(heading);
  const title = front.title ?? sections.find((each) => !isPart(each))?.heading ?? name;
  const text = sections
    .filter(({ blocks }) => blocks.length > 0)
    .flatMap(({ heading, blocks }) => [heading === title ? "" : heading, ...blocks.map(plain)])
    .filter((each) => each !== "")
    .join("\n\n");
  const links = linksIn(sections.flatMap(({ blocks }) => blocks).join("\n"));
  const { url = links[0], company, category = name } = front;
  return text === ""
    ? []
    : storiesOf({ text, title, kind: "story", category, url, company, links });
}

function sectionStories({ heading, parent, blocks, isAbout }: Section): Story[] {
  const isAround = around.test(heading);
  const listed = isAround ? [] : blocks.flatMap((block) => linkedStory(block, heading));
  const rest = blocks.filter(
    (block) => (isAround || leadingLink(block) === undefined) && !isAnchors(block),
  );
  const text = rest.map(plain).join("\n\n").trim();
  if (text === "") return listed;
  const isNote = isAround || isAbout || listed.length > 0;
  const [url, ...links] = linksIn(rest.join("\n"));
  return [
    ...listed,
    ...storiesOf({
      ...{ text, title: heading, links: isNote ? [url ?? [], links].flat() : links },
      kind: isNote ? "note" : "story",
      category: parent || heading,
      url: isNote ? undefined : url,
    }),
  ];
}

type Line = { heading?: { depth: number; title: string }; text: string };

/** Lines with those that are headings; a `#` within a fence of code is none. */
function linesOf(markdown: string): Line[] {
  let fence = "";
  return markdown
    .replaceAll("\r\n", "\n")
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((text) => {
      const mark = /^\s{0,3}(```+|~~~+)/.exec(text)?.[1];
      if (fence !== "") {
        if (mark?.startsWith(fence)) fence = "";
        return { text: text || " " };
      }
      fence = mark ?? "";
      const depth = /^(#{1,6})\s/.exec(text)?.[1]?.length;
      return depth === undefined
        ? { text }
        : { heading: { depth, title: titleIn(text.slice(depth)) }, text };
    });
}

/** Without the marks that may stand behind it too. */
function titleIn(heading: string): string {
  const text = heading.trim();
  let end = text.length;
  while (text[end - 1] === "#") end--;
  return text.slice(0, end).trimEnd();
}

/** A point of a list that begins with a link stands for itself, as a paragraph does. */
const point = /^\s{0,3}(?:[-*+]|\d{1,4}[.)])\s+(?:\*\*|__)?\[/;

function sectionsOf(markdown: string, name: string): Section[] {
  const sections: Section[] = [];
  const path: (Section | undefined)[] = [];
  let section: Section = { heading: name, parent: "", blocks: [], isAbout: false };
  let block: string[] = [];
  const endBlock = (): void => {
    if (block.length > 0) section.blocks.push(block.join("\n"));
    block = [];
  };
  for (const { heading, text } of linesOf(markdown)) {
    if (heading) {
      endBlock();
      sections.push(section);
      path.length = Math.min(path.length, heading.depth - 1);
      const above = path.findLast((each) => each !== undefined);
      for (const each of [above, sections[0]]) if (each) each.isAbout = true;
      const title = plain(heading.title) || name;
      section = { heading: title, parent: above?.heading ?? "", blocks: [], isAbout: false };
      path[heading.depth - 1] = section;
    } else if (text === "") endBlock();
    else if (point.test(text)) {
      endBlock();
      block.push(text.replace(point, "["));
    } else block.push(text);
  }
  endBlock();
  return [...sections, section];
}

/** `[text](target)` from the start; targets may hold parentheses, as encyclopedias' do. */
function leadingLink(block: string): { text: string; url: string; rest: string } | undefined {
  const open = /^\s*(?:\*\*|__)?\[((?:[^[\]]|\[[^\]]*\])*)\]\(\s*/.exec(block);
  if (!open) return undefined;
  let depth = 1;
  let end = open[0].length;
  for (; end < block.length && depth > 0; end++) {
    if (block[end] === "(") depth++;
    else if (block[end] === ")") depth--;
  }
  const [url = ""] = block
    .slice(open[0].length, end - 1)
    .trim()
    .split(/\s/);
  return /^https?:\/\//.test(url)
    ? { text: open[1] ?? "", url, rest: block.slice(end) }
    : undefined;
}

const titleWordsMin = 5;

function linkedStory(block: string, category: string): Story[] {
  const link = leadingLink(block);
  if (!link) return [];
  const text = plain(link.rest).replace(/^[\s.,:;*_–—-]+/, "");
  const words = plain(link.text);
  // Others put the title of a page there rather than whose it is.
  const isTitle = words.split(/\s+/).length >= titleWordsMin;
  return storiesOf({
    ...(isTitle ? { title: words } : { company: words }),
    ...{ text: text || words, category, url: link.url, kind: "story" },
    links: linksIn(link.rest),
  });
}

const linksIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\]\((https?:\/\/(?:[^()\s]|\([^()\s]*\))+)/g)].flatMap(
      ([, url]) => url ?? [],
    ),
  ),
];

/** A table of contents: nothing but links into the page itself. */
const isAnchors = (block: string): boolean =>
  /\]\(#/.test(block) && block.split("\n").every((line) => /\]\(#|^\s*$/.test(line));

/** Markdown as text: links as their words, emphasis and tags without their marks; code stays as it is. */
function plain(markdown: string): string {
  if (/^\s{0,3}(```|~~~)/.test(markdown)) return markdown;
  return withoutTags(linksAsWords(markdown), /<\/?[a-z]/)
    .replaceAll(/(\*\*|__)(.+?)\1/g, "$2")
    .replaceAll(/(^|\W)[*_]([^*_\n]+)[*_](?=\W|$)/g, "$1$2")
    .trim();
}
