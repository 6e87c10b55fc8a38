import { type Story, textCharsMax } from "../contract.ts";
import { tagsOf, yearOf } from "./tags.ts";

const titleCharsMax = 120;

/** The first sentence, cut at a word. */
function firstWords(text: string): string {
  const sentence = /^.{10,}?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
  const line = sentence.replaceAll(/\s+/g, " ").trim();
  if (line.length <= titleCharsMax) return line.replace(/(?<![.])[.]$/, "");
  return `${line.slice(0, titleCharsMax).replace(/\s\S*$/, "")}…`;
}

const idOf = (parts: readonly string[]): string =>
  new Bun.CryptoHasher("sha256").update(parts.join("\n")).digest("base64url").slice(0, 12);

type Raw = {
  text: string;
  category: string;
  kind: Story["kind"];
  title?: string | undefined;
  company?: string | undefined;
  url?: string | undefined;
  links?: readonly string[];
};

/** Everything that a library knows of a text; one that is too long for an entry becomes several. */
export function storiesOf(raw: Raw): Story[] {
  const { category, kind, company, url, links = [] } = raw;
  const title = raw.title?.trim() || firstWords(raw.text) || company || category;
  return partsOf(raw.text).map((text, part) => {
    const year = yearOf(url?.replace(/web\.archive\.org\/web\/\d+/, ""), text, title);
    return {
      id: idOf([url ?? "", title, text, String(part)]),
      title: part === 0 ? title : `${title} (${part + 1})`,
      ...(company === undefined ? {} : { company }),
      ...(url === undefined ? {} : { url }),
      ...{ text, category, kind, tags: tagsOf(`${title} ${text}`), links: [...links] },
      ...(year === undefined ? {} : { year }),
    };
  });
}

function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at === 0 || at < text.length; at += textCharsMax)
    parts.push(text.slice(at, at + textCharsMax));
  return parts;
}
