import type { Estimate } from "./estimate.ts";

export type Language = "en" | "fr";
export const languages: readonly Language[] = ["en", "fr"];

/** What the waiting page says. */
export type Words = {
  title: string;
  waits: string;
  keepOpen: string;
  beforeEvent: string;
  estimate: string;
  unknown: string;
  soon: string;
  minutes: (low: number, high: number) => string;
  hours: (low: number, high: number) => string;
  away: string;
  checked: string;
  notSentTitle: string;
  notSent: string;
  goBack: string;
  upgrade: string;
  fullTitle: string;
  full: string;
};

const range = (low: number, high: number): string => (low === high ? `${high}` : `${low}–${high}`);

const en: Words = {
  title: "You are in line",
  waits: "Many people are here at the moment. You get in by yourself as soon as it is your turn.",
  keepOpen: "Keep this page open; it asks again by itself and you keep your place in line.",
  beforeEvent: "It has not started yet. Everyone who is here at the start has the same chance.",
  estimate: "Estimated wait",
  unknown: "unknown",
  soon: "less than a minute",
  minutes: (low, high) => `${range(low, high)} ${high === 1 ? "minute" : "minutes"}`,
  hours: (low, high) => `${range(low, high)} ${high === 1 ? "hour" : "hours"}`,
  away: "Nobody is let in at this moment. Your place in line is kept.",
  checked: "Last checked",
  notSentTitle: "This was not sent",
  notSent:
    "You are still in line, so what you just sent was not passed on. Open the page, wait for your turn, and send it again.",
  goBack: "Go to the waiting page",
  upgrade: "This connection can be opened once it is your turn.",
  fullTitle: "The line is full",
  full: "So many people wait already that nobody can join the line. Please come back later.",
};

const fr: Words = {
  title: "Vous êtes dans la file d’attente",
  waits:
    "Il y a beaucoup de monde en ce moment. Vous entrerez automatiquement dès que ce sera votre tour.",
  keepOpen: "Gardez cette page ouverte : elle s’actualise seule et votre place est conservée.",
  beforeEvent:
    "Cela n’a pas encore commencé. Toutes les personnes présentes au départ ont les mêmes chances.",
  estimate: "Attente estimée",
  unknown: "inconnue",
  soon: "moins d’une minute",
  minutes: (low, high) => `${range(low, high)} ${high === 1 ? "minute" : "minutes"}`,
  hours: (low, high) => `${range(low, high)} ${high === 1 ? "heure" : "heures"}`,
  away: "Personne n’entre pour l’instant. Votre place est conservée.",
  checked: "Dernière vérification",
  notSentTitle: "Votre envoi n’est pas parti",
  notSent:
    "Vous êtes encore dans la file d’attente : ce que vous venez d’envoyer n’a pas été transmis. Ouvrez la page, attendez votre tour, puis envoyez à nouveau.",
  goBack: "Aller à la page d’attente",
  upgrade: "Cette connexion pourra être ouverte quand ce sera votre tour.",
  fullTitle: "La file d’attente est pleine",
  full: "Trop de personnes attendent déjà. Merci de revenir plus tard.",
};

export const words: Readonly<Record<Language, Words>> = { en, fr };

/** The first language of Accept-Language (RFC 9110 §12.5.4) that there are words in, by weight. */
export function languageOf(accepted: string | undefined): Language {
  if (accepted === undefined) return "en";
  const known = languagesKnown.get(accepted);
  if (known !== undefined) return known;
  // Visitors write the field, so what is remembered of it must stay bounded.
  if (languagesKnown.size >= languagesKnownMax) languagesKnown.clear();
  const found = readLanguage(accepted);
  languagesKnown.set(accepted, found);
  return found;
}
const languagesKnown = new Map<string, Language>();
const languagesKnownMax = 500;

function readLanguage(accepted: string): Language {
  const wanted = accepted
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const weight = parameters.find((each) => each.trim().startsWith("q="))?.split("=")[1];
      return { tag: tag.split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { tag } of wanted) {
    const found = languages.find((each) => each === tag);
    if (found !== undefined) return found;
  }
  return "en";
}

const minuteMs = 60_000;
/** From here on people think in hours. */
const minutesMax = 120;

/** A wait in words: a range, never more exact than it is. */
export function waitIn(said: Words, estimate: Estimate): string {
  if (!estimate.isKnown) return said.unknown;
  const high = Math.ceil(estimate.highMs / minuteMs);
  if (high <= 1) return said.soon;
  const low = Math.max(1, Math.floor(estimate.lowMs / minuteMs));
  if (high <= minutesMax) return said.minutes(low, high);
  return said.hours(Math.max(1, Math.floor(low / 60)), Math.ceil(high / 60));
}
