import type { Read } from "#kernel";
import * as z from "zod";
import { impactOf, type Incident, one } from "../incidents/contract.ts";
import { board, statusAt } from "./board.ts";
import { type Config, wordsOf } from "./config.ts";
import type { ComponentStatus, draft, Words } from "./contract.ts";

type Draft = NonNullable<z.infer<typeof draft.output>["draft"]>;

/** From the share of requests that failed: below this nobody outside needs to hear of a component. */
const shares: readonly { atLeast: number; status: ComponentStatus }[] = [
  { atLeast: 0.5, status: "major_outage" },
  { atLeast: 0.05, status: "partial_outage" },
  { atLeast: 0.005, status: "degraded_performance" },
];

const stageOf = (incident: Incident): Draft["stage"] => {
  if (incident.stage === "resolved" || incident.stage === "reviewed") return "resolved";
  if (incident.stage === "monitoring") return "monitoring";
  return incident.stage === "mitigating" ? "identified" : "investigating";
};

type Told = { names: string; percent: string; since: string };
type Lines = {
  title: (told: Told) => string;
  some: (told: Told) => string;
  stage: Record<"investigating" | "identified" | "monitoring" | "resolved", string>;
};
const lines: Readonly<Record<"en" | "fr", Lines>> = {
  en: {
    title: ({ names }) => `Problems with ${names}`,
    some: ({ names, percent, since }) =>
      `Since ${since} about ${percent} of requests to ${names} have failed.`,
    stage: {
      investigating: "We are looking into it.",
      identified: "We know what causes it and are mending it.",
      monitoring: "It works again; we keep watching.",
      resolved: "It is over. We are sorry for the trouble.",
    },
  },
  fr: {
    title: ({ names }) => `Problèmes avec ${names}`,
    some: ({ names, percent, since }) =>
      `Depuis ${since}, environ ${percent} des requêtes vers ${names} ont échoué.`,
    stage: {
      investigating: "Nous cherchons la cause.",
      identified: "La cause est connue et nous la corrigeons.",
      monitoring: "Tout fonctionne de nouveau ; nous restons attentifs.",
      resolved: "C’est terminé. Nous vous prions de nous excuser.",
    },
  },
};

/** What the facts of an incident say to the public, in each language that Castor speaks; a person sends it, or not. */
export async function draftNow(
  read: Pick<Read<Config>, "ask" | "config" | "view">,
  id: string,
): Promise<z.infer<typeof draft.output>> {
  const { incident } = await read.ask(one, { incident: id });
  if (!incident) return { draft: null };
  const { services } = await read.ask(impactOf, { incident: id });
  const posted = read.view(board);
  const failed = new Map(
    services.map((each) => [each.service, each.requests === 0 ? 0 : each.failed / each.requests]),
  );
  const named = Object.entries(read.config.components).filter(
    ([, { service }]) =>
      service !== undefined &&
      (incident.services.includes(service) || (failed.get(service) ?? 0) > 0.005),
  );
  const isOver = stageOf(incident) === "resolved";
  const components = Object.fromEntries(
    named.map(([component, { service = "" }]) => {
      const share = failed.get(service) ?? 0;
      const status =
        shares.find(({ atLeast }) => share >= atLeast)?.status ?? statusAt(posted, component);
      return [component, isOver ? "operational" : status];
    }),
  );
  const share = Math.max(0, ...named.map(([, { service = "" }]) => failed.get(service) ?? 0));
  const thread = posted.incidents.find((each) => each.incident === id)?.thread ?? null;
  return {
    draft: {
      ...{ components, thread, stage: stageOf(incident), impact: impactFor(share) },
      ...wordsFor(read.config, { incident, share, named: named.map(([component]) => component) }),
    },
  };
}

const impactFor = (share: number): Draft["impact"] =>
  share >= 0.5 ? "critical" : share >= 0.05 ? "major" : share >= 0.005 ? "minor" : "none";

function wordsFor(
  config: Config,
  of: { incident: Incident; share: number; named: readonly string[] },
): { title: Words; text: Words } {
  const [title, text]: [Words, Words] = [{}, {}];
  for (const language of config.languages) {
    const of_ = lines[language === "fr" ? "fr" : "en"];
    if (language !== "en" && language !== "fr") continue;
    const names = of.named
      .map((each) => config.components[each])
      .map((each) => (each ? wordsOf(each.name, config.languages) : {}))
      .map((words) => words[language] ?? Object.values(words)[0] ?? "")
      .join(", ");
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    const told: Told = {
      names: names || config.title,
      percent: new Intl.NumberFormat(language, {
        style: "percent",
        maximumSignificantDigits: 2,
      }).format(of.share),
      since: new Intl.DateTimeFormat(language, {
        ...clock,
        timeZone: config.zone,
        timeZoneName: "short",
      }).format(of.incident.times.started),
    };
    const stage = stageOf(of.incident);
    const ending = of_.stage[stage === "postmortem" ? "resolved" : stage];
    title[language] = of_.title(told);
    text[language] = of.share >= 0.005 ? `${of_.some(told)} ${ending}` : ending;
  }
  return { title, text };
}
