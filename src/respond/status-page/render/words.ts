import type { Words } from "../contract.ts";
import { over } from "./over.ts";

/** What somebody wrote, in the first of these languages that they wrote it in. */
export const said = (words: Words, languages: readonly string[]): string =>
  languages.map((each) => words[each]).find((each) => each !== undefined) ??
  Object.values(words)[0] ??
  "";

/** What the page says by itself. */
export type Phrases = typeof en;

const en = {
  status: {
    operational: "Operational",
    under_maintenance: "Under maintenance",
    degraded_performance: "Degraded performance",
    partial_outage: "Partial outage",
    major_outage: "Major outage",
  },
  stage: {
    ...{ investigating: "Investigating", identified: "Identified", monitoring: "Monitoring" },
    ...{ resolved: "Resolved", postmortem: "Post-mortem", scheduled: "Scheduled" },
    ...{ in_progress: "In progress", verifying: "Verifying", completed: "Completed" },
  },
  indicator: {
    none: "All systems work",
    minor: "Some things are slower than usual",
    major: "Some things do not work",
    critical: "Something important does not work",
  },
  inWork: "Maintenance is under way",
  parts: "Part by part",
  now: "Now",
  planned: "Planned maintenance",
  past: "What happened lately",
  quiet: "Nothing in the last 90 days.",
  daysAgo: "90 days ago",
  today: "Today",
  uptime: "uptime",
  noData: "Not watched yet",
  asOf: "As of",
  lastHeard: "Last heard from us {age}: this page may be out of date",
  back: "All of the status page",
  feeds: "Feeds",
  until: "until",
  affects: "Affects",
  howCounted:
    "Uptime counts the time that was announced: a part outage counts for 30 % of its length. Days before a part was watched are grey, not green.",
  requestsFailed: "{share} of requests failed",
  skip: "Skip to the content",
  none: "no incidents",
};

const fr: Phrases = {
  status: {
    operational: "Opérationnel",
    under_maintenance: "En maintenance",
    degraded_performance: "Performances dégradées",
    partial_outage: "Panne partielle",
    major_outage: "Panne majeure",
  },
  stage: {
    ...{ investigating: "En cours d’analyse", identified: "Cause identifiée" },
    ...{ monitoring: "Sous surveillance", resolved: "Résolu", postmortem: "Post-mortem" },
    ...{ scheduled: "Planifiée", in_progress: "En cours", verifying: "Vérification" },
    completed: "Terminée",
  },
  indicator: {
    none: "Tout fonctionne",
    minor: "Certaines choses sont plus lentes que d’habitude",
    major: "Certaines choses ne fonctionnent pas",
    critical: "Quelque chose d’important ne fonctionne pas",
  },
  inWork: "Une maintenance est en cours",
  parts: "Composant par composant",
  now: "Maintenant",
  planned: "Maintenance planifiée",
  past: "Ce qui s’est passé récemment",
  quiet: "Rien ces 90 derniers jours.",
  daysAgo: "Il y a 90 jours",
  today: "Aujourd’hui",
  uptime: "de disponibilité",
  noData: "Pas encore surveillé",
  asOf: "État au",
  lastHeard: "Dernières nouvelles {age} : cette page n’est peut-être plus à jour",
  back: "Toute la page d’état",
  feeds: "Flux",
  until: "jusqu’à",
  affects: "Concerne",
  howCounted:
    "La disponibilité compte le temps annoncé : une panne partielle compte pour 30 % de sa durée. Les jours avant la surveillance sont gris, pas verts.",
  requestsFailed: "{share} des requêtes ont échoué",
  skip: "Aller au contenu",
  none: "aucun incident",
};

const known = new Map<string, Phrases>(Object.entries({ en, fr }));
/** A language that nobody wrote phrases for is shown in English around its own texts. */
export const phrasesOf = (language: string): Phrases => known.get(language) ?? en;
/** From a file of the operator's; what it leaves out stays English. The last one counts. */
export const learnPhrases = (language: string, own: unknown): string[] => {
  const { merged, mistakes } = over(known.get(language) === fr ? fr : en, own);
  known.set(language, merged);
  return mistakes;
};
export const filled = (phrase: string, values: Readonly<Record<string, string>>): string =>
  phrase.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
