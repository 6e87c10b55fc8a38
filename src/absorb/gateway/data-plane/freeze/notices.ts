import type { Site } from "../../../freeze/contract.ts";
import { escapeText } from "../pages/escape.ts";
import { framed, pagePolicy } from "../pages/plain-page.ts";
import type { Refusal } from "../refusal.ts";
import type { Language } from "../room/words.ts";
import { languageOf } from "./banner.ts";

/** A page that can be read now, for whoever asked for one that cannot. */
export type Shown = { path: string; title: string };
type Words = { title: string; says: string; links: string };
type Notice = { status: number; reason: string; en: Words; fr: Words };

const retryAfterSeconds = 60;

const notices = {
  notKept: {
    status: 503,
    reason: "freeze.not-kept",
    en: {
      title: "This page has no copy",
      says: "The site is very busy or away, so a copy of it is shown for the moment. This page is not part of the copy.",
      links: "These pages can be read now:",
    },
    fr: {
      title: "Cette page n’a pas de copie",
      says: "Le site est très demandé ou indisponible ; une copie en est affichée pour le moment. Cette page n’en fait pas partie.",
      links: "Ces pages peuvent être lues maintenant :",
    },
  },
  refused: {
    status: 503,
    reason: "freeze.form-refused",
    en: {
      title: "Nothing can be sent just now",
      says: "The site is very busy or away, so a copy of it is shown for the moment. What you sent was not taken. Go back to keep what you wrote, and send it again later.",
      links: "Until then, these pages can be read:",
    },
    fr: {
      title: "Rien ne peut être envoyé pour l’instant",
      says: "Le site est très demandé ou indisponible ; une copie en est affichée pour le moment. Votre envoi n’a pas été pris. Revenez en arrière pour garder ce que vous avez écrit, et renvoyez-le plus tard.",
      links: "D’ici là, ces pages peuvent être lues :",
    },
  },
  full: {
    status: 503,
    reason: "freeze.forms-full",
    en: {
      title: "Your form could not be kept",
      says: "The site is very busy or away, and no more forms can be kept for it. What you sent was not taken. Go back to keep what you wrote, and send it again later.",
      links: "Until then, these pages can be read:",
    },
    fr: {
      title: "Votre formulaire n’a pas pu être gardé",
      says: "Le site est très demandé ou indisponible, et aucun formulaire de plus ne peut être gardé. Votre envoi n’a pas été pris. Revenez en arrière pour garder ce que vous avez écrit, et renvoyez-le plus tard.",
      links: "D’ici là, ces pages peuvent être lues :",
    },
  },
  tooLarge: {
    status: 413,
    reason: "freeze.form-too-large",
    en: {
      title: "This is too large to be kept",
      says: "The site is very busy or away. Small forms are kept and sent to it later; this one is too large. What you sent was not taken. Send it again later.",
      links: "Until then, these pages can be read:",
    },
    fr: {
      title: "C’est trop volumineux pour être gardé",
      says: "Le site est très demandé ou indisponible. Les petits formulaires sont gardés et envoyés plus tard ; celui-ci est trop volumineux. Votre envoi n’a pas été pris. Renvoyez-le plus tard.",
      links: "D’ici là, ces pages peuvent être lues :",
    },
  },
  queued: {
    status: 202,
    reason: "freeze.form-queued",
    en: {
      title: "Your form is kept",
      says: "The site is very busy or away. What you sent is kept, and goes to the site once it is back. You need not send it again. Your receipt:",
      links: "Until then, these pages can be read:",
    },
    fr: {
      title: "Votre formulaire est gardé",
      says: "Le site est très demandé ou indisponible. Votre envoi est gardé et sera transmis au site dès son retour. Inutile de le renvoyer. Votre reçu :",
      links: "D’ici là, ces pages peuvent être lues :",
    },
  },
} satisfies Record<string, Notice>;
export type NoticeName = keyof typeof notices;

/** An answer in the place of what could not be given: a page that says what to do, and links that work. */
export function notice(
  name: NoticeName,
  of: {
    banner: Site["banner"];
    acceptLanguage: string | undefined;
    shown: readonly Shown[];
    receipt?: string;
  },
): Refusal {
  const { status, reason, ...both } = notices[name];
  const language = languageOf(of.banner ?? { language: "auto" }, of.acceptLanguage);
  const said = both[language];
  const says = of.receipt === undefined ? said.says : `${said.says} ${of.receipt}`;
  return {
    status,
    reason,
    says,
    ...(status === 503 ? { retryAfterSeconds } : {}),
    line: pagePolicy,
    page: pageOf(said, { language, reason, shown: of.shown, receipt: of.receipt }),
  };
}

function pageOf(
  { title, says, links: lead }: Words,
  of: { language: Language; reason: string; shown: readonly Shown[]; receipt: string | undefined },
): string {
  const links = of.shown
    .map(
      ({ path, title: name }) =>
        `<li><a href="${escapeText(path)}">${escapeText(name || path)}</a>`,
    )
    .join("");
  const receipt = of.receipt === undefined ? "" : `<p><strong>${of.receipt}</strong>`;
  return framed(
    { language: of.language, title },
    `<h1>${title}</h1><p class="do">${says}</p>${receipt}${links === "" ? "" : `<p>${lead}</p><ul>${links}</ul>`}<dl><dd>${of.reason}</dd></dl>`,
  );
}
