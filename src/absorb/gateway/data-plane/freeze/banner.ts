import type { Banner, FrozenFile } from "../../../freeze/contract.ts";
import { escapeText } from "../refusal.ts";

type Language = "en" | "fr";
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * The one style of the line: always the same text, so that its hash can stand in a page's Content-Security-Policy. It floats
 * over the corner of the page and takes no room in its layout; where styles are forbidden it is a plain line at the end.
 */
export const bannerStyle =
  "castor-frozen{all:initial;position:fixed;left:.75rem;bottom:.75rem;z-index:2147483647;max-width:calc(100vw - 1.5rem);box-sizing:border-box;padding:.4rem .8rem;border-radius:.5rem;border:1px solid #0003;background:#fffbe6;color:#3b3000;font:14px/1.4 system-ui,sans-serif;box-shadow:0 1px 6px #0003}castor-frozen details,castor-frozen summary,castor-frozen time{all:unset;display:inline}castor-frozen summary{cursor:pointer;text-decoration:underline dotted}castor-frozen summary:focus-visible{outline:2px solid #3b3000}castor-frozen details>p{all:unset;display:block;margin-top:.3rem;max-width:24rem}@media(prefers-color-scheme:dark){castor-frozen{background:#2b2610;color:#f6edc3;border-color:#fff3}castor-frozen summary:focus-visible{outline-color:#f6edc3}}@media print{castor-frozen{position:static;box-shadow:none}}";

/** As Content-Security-Policy names it (CSP3 §2.3.1). */
export const bannerStyleHash: string = `'sha256-${new Bun.CryptoHasher("sha256").update(bannerStyle).digest("base64")}'`;

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

function timeOf(at: number, ageMs: number, of: { language: Language; timeZone: string }): string {
  const day = ageMs < dayMs ? {} : { day: "numeric" as const, month: "long" as const };
  const clock = { hour: "2-digit" as const, minute: "2-digit" as const, hourCycle: "h23" as const };
  const locale = of.language === "en" ? "en-GB" : "fr-FR";
  return new Intl.DateTimeFormat(locale, { ...day, ...clock, timeZone: of.timeZone }).format(at);
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
  const time = timeOf(file.fetchedAt, ageMs, { language, timeZone: banner.timeZone });
  const from = said.from(
    `<time datetime="${new Date(file.fetchedAt).toISOString()}">${time}</time>`,
    agoOf(ageMs, language),
  );
  const lead = escapeText(banner.lead ?? said.lead);
  return `<style>${bannerStyle}</style><castor-frozen role="note" lang="${language}" aria-label="${said.name}"><details><summary>${lead} ${from}.</summary><p>${said.more}</p></details></castor-frozen>`;
}
