import { type Config, wordsOf } from "../config.ts";
import { filled, phrasesOf, said } from "../render/words.ts";
import type { News } from "./news.ts";
import { readerWords } from "./words.ts";

/** News in the words of one language, for whatever way it goes. */
export type Message = {
  /** `[Identified] Nobody can pay` */
  headline: string;
  /** What there is to say, and what it affects. */
  body: string;
  url: string;
};

const headlineCharsMax = 200;
/** One line, whatever somebody typed: a letter's subject, a push note's title. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, headlineCharsMax);

export function messageOf(news: News, config: Config, language: string): Message {
  const phrases = phrasesOf(language);
  const words = readerWords(language);
  const languages = [language, ...config.languages];
  const names = news.components
    .map((id) => config.components[id])
    .filter((each) => each !== undefined)
    .map(({ name }) => said(wordsOf(name, config.languages), languages));
  const when = (at: number): string =>
    new Intl.DateTimeFormat(language, {
      ...{ weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
      ...{ hourCycle: "h23", timeZone: config.zone, timeZoneName: "short" },
    }).format(at);
  const { between } = news;
  const lines = [
    said(news.text, languages),
    between ? filled(words.between, { from: when(between.from), to: when(between.to) }) : "",
    names.length === 0 ? "" : filled(words.affects, { names: names.join(", ") }),
  ];
  return {
    headline: oneLine(`[${phrases.stage[news.stage]}] ${said(news.title, languages)}`),
    body: lines.filter((line) => line !== "").join("\n\n"),
    url: `${config.url.replace(/\/$/, "")}/incidents/${news.thread}/`,
  };
}

/** The letter's text, with the ways to change and to end it. */
export const letterText = (
  { body, url }: Message,
  of: { language: string; mine: string; stop: string },
): string => {
  const words = readerWords(of.language);
  return [
    ...[body, filled(words.more, { link: url }), "--"],
    `${filled(words.manage, { link: of.mine })}\n${filled(words.end, { link: of.stop })}`,
  ].join("\n\n");
};
