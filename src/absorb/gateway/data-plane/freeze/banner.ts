import { bannerStyle } from "../../../freeze/banner/contract.ts";
import type { Banner } from "../../../freeze/contract.ts";
import type { FrozenFile } from "../../../freeze/kept/contract.ts";
import type { Language } from "../room/words.ts";
import { escapeText } from "../pages/escape.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const words = {
  en: {
    lead: "You are reading a copy",
    from: (time: string, age: string) => `from ${time}, ${age}`,
    name: "About this page",
    more: "The site is very busy, or away. It comes back by itself; until then nothing new can be shown here.",
  },
  fr: {
    lead: "Vous lisez une copie",
    from: (time: string, age: string) => `de ${time}, ${age}`,
    name: "À propos de cette page",
    more: "Le site est très demandé ou indisponible. Il reviendra de lui-même ; d’ici là, rien de nouveau ne peut s’afficher ici.",
  },
};

export const languageOf = (
  { language }: Pick<Banner, "language">,
  said: string | undefined,
): Language => (language === "auto" ? (/^\s*fr\b/i.test(said ?? "") ? "fr" : "en") : language);

/** "12 minutes ago", in the largest unit that has passed once. */
export function agoOf(ageMs: number, language: Language): string {
  const age = Math.max(0, ageMs);
  const [size, unit] =
    age < hourMs
      ? [minuteMs, "minute" as const]
      : age < dayMs
        ? [hourMs, "hour" as const]
        : [dayMs, "day" as const];
  if (age < minuteMs)
    return language === "fr" ? "il y a moins d’une minute" : "less than a minute ago";
  return new Intl.RelativeTimeFormat(language).format(-Math.floor(age / size), unit);
}

function timeOf(at: number, ageMs: number, of: { language: Language; zone: string }): string {
  const day = ageMs < dayMs ? {} : { day: "numeric" as const, month: "long" as const };
  const clock = { hour: "2-digit" as const, minute: "2-digit" as const, hourCycle: "h23" as const };
  const locale = of.language === "en" ? "en-GB" : "fr-FR";
  return new Intl.DateTimeFormat(locale, { ...day, ...clock, timeZone: of.zone }).format(at);
}

/** The line that a page gets, as HTML: when the copy was made and how long ago that is. No script, no attribute style. */
export function bannerHtml(
  file: Pick<FrozenFile, "fetchedAt" | "language">,
  banner: Banner,
  now: number,
): string {
  const language = languageOf(banner, file.language);
  const ageMs = now - file.fetchedAt;
  const said = words[language];
  const time = timeOf(file.fetchedAt, ageMs, { language, zone: banner.zone });
  const from = said.from(
    `<time datetime="${new Date(file.fetchedAt).toISOString()}">${time}</time>`,
    agoOf(ageMs, language),
  );
  const lead = escapeText(banner.lead ?? said.lead);
  // Whatever the page's encoding is, letters beyond ASCII stand as numbers.
  return ascii(
    `<style>${bannerStyle}</style><castor-frozen role="note" lang="${language}" aria-label="${said.name}"><details><summary>${lead} ${from}.</summary><p>${said.more}</p></details></castor-frozen>`,
  );
}

const ascii = (html: string): string =>
  html.replaceAll(/[^\x00-\x7f]/gu, (letter) => `&#${letter.codePointAt(0)};`);
