import type { Refusal } from "../refusal.ts";
import type { Language } from "../room/words.ts";

export type { Language };
export type PageWords = {
  title: string;
  says: string;
  advice: string;
  code: string;
  request: string;
};

type Kind = "request" | "forbidden" | "signIn" | "missing" | "slow" | "often" | "busy" | "broken";

const kinds: Readonly<Record<number, Kind>> = {
  401: "signIn",
  403: "forbidden",
  404: "missing",
  408: "slow",
  429: "often",
  502: "broken",
  503: "busy",
  504: "broken",
};
const kindOf = (status: number): Kind => kinds[status] ?? (status < 500 ? "request" : "broken");

const titles: Readonly<Record<Language, Record<Kind, string>>> = {
  en: {
    request: "This request cannot be served",
    forbidden: "You may not come in here",
    signIn: "Please sign in",
    missing: "There is nothing here",
    slow: "That took too long",
    often: "That was too fast",
    busy: "This page needs a moment",
    broken: "This page does not answer",
  },
  fr: {
    request: "Cette demande ne peut pas être traitée",
    forbidden: "Vous ne pouvez pas entrer ici",
    signIn: "Veuillez vous identifier",
    missing: "Il n’y a rien ici",
    slow: "Cela a pris trop de temps",
    often: "C’était trop rapide",
    busy: "Cette page a besoin d’un instant",
    broken: "Cette page ne répond pas",
  },
};

const advice: Readonly<Record<Language, Record<Kind, string>>> = {
  en: {
    request: "Check the address, or go back and try another way.",
    forbidden: "If you should be able to, ask whoever runs this site.",
    signIn: "Reload the page and give your name and password.",
    missing: "Check the address, or begin at the start page.",
    slow: "Check your connection, then try again.",
    often: "Wait a moment, then reload the page.",
    busy: "Nothing you did is wrong. Wait a moment, then reload the page.",
    broken:
      "Nothing you did is wrong. Reload the page in a minute; if it stays so, tell whoever runs this site the code below.",
  },
  fr: {
    request: "Vérifiez l’adresse, ou revenez en arrière et essayez autrement.",
    forbidden: "Si vous devriez y avoir accès, demandez à la personne qui gère ce site.",
    signIn: "Rechargez la page et donnez votre nom et votre mot de passe.",
    missing: "Vérifiez l’adresse, ou commencez par la page d’accueil.",
    slow: "Vérifiez votre connexion, puis réessayez.",
    often: "Attendez un instant, puis rechargez la page.",
    busy: "Vous n’y êtes pour rien. Attendez un instant, puis rechargez la page.",
    broken:
      "Vous n’y êtes pour rien. Rechargez la page dans une minute ; si cela continue, donnez le code ci-dessous à la personne qui gère ce site.",
  },
};

/** What happened, in French, by the reason or by those that it belongs to; else the title says enough. */
const happenedInFrench: Readonly<Record<string, string>> = {
  "breaker.open":
    "Le service a échoué plusieurs fois de suite : on lui laisse le temps de se remettre.",
  queue: "Davantage de personnes veulent cette page qu’il n’est possible d’en servir en ce moment.",
  "gateway.no-route": "Rien n’est servi à cette adresse.",
  "gateway.no-instance": "Aucune instance de ce service n’est là pour répondre.",
  "gateway.connect-failed": "Le service est injoignable.",
  "gateway.connect-timeout": "Le service n’a pas accepté la connexion à temps.",
  "gateway.upstream-closed": "Le service a raccroché avant de répondre.",
  "gateway.response-timeout": "Le service n’a pas répondu à temps.",
  "gateway.origin-error": "Le service a répondu par une erreur.",
  "gateway.bad-response": "Le service a donné une réponse incompréhensible.",
  "gateway.too-many-connections": "Trop de personnes sont connectées en même temps.",
  "gateway.rate-limited": "Trop de demandes sont arrivées en peu de temps.",
  "gateway.scanner":
    "Beaucoup de choses qui n’existent pas ont été demandées depuis votre adresse.",
  "gateway.body-too-large": "Ce que vous envoyez est plus grand que ce que ce service accepte.",
  "gateway.address-not-allowed": "Cette adresse n’a pas accès à cette page.",
  "gateway.paused": "Cette page est en pause, et cela a duré trop longtemps pour attendre.",
  "gateway.shed": "Seules les demandes les plus importantes sont servies en ce moment.",
};

const inFrench = (reason: string): string | undefined => {
  const parts = reason.split(".");
  return parts
    .map((_, n) => happenedInFrench[parts.slice(0, parts.length - n).join(".")])
    .find((found) => found !== undefined);
};

/** What the page for a refusal says. An operator's own message stays as it is. */
export function wordsFor({ status, reason, says }: Refusal, language: Language): PageWords {
  const kind = kindOf(status);
  const isFrench = language === "fr";
  return {
    title: titles[language][kind],
    says: isFrench ? (inFrench(reason) ?? says) : says,
    advice: advice[language][kind],
    code: "Code",
    request: isFrench ? "Demande" : "Request",
  };
}
