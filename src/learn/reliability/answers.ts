import { answer, type Read } from "#kernel";
import { rulesNow } from "../../respond/alerts/contract.ts";
import { all, type Incident } from "../../respond/incidents/contract.ts";
import { type Head, list } from "../post-mortems/contract.ts";
import { type Asked, show } from "./contract.ts";
import * as figures from "./figures.ts";

const incidentsMax = 1_000;
const postMortemsMax = 500;

type Known = {
  incidents: Incident[];
  postMortems: ReadonlyMap<string, Head>;
  changes: figures.Change[];
  isCut: boolean;
};

/** Everything that the figures of two periods are made of. */
async function knownIn(read: Read, { from, to }: figures.Period): Promise<Known> {
  const [found, written] = await Promise.all([
    read.ask(all, { limit: incidentsMax }),
    read.ask(list, { limit: postMortemsMax }),
  ]);
  const oldest = Math.min(...found.incidents.map(({ times }) => times.declared));
  return {
    incidents: found.incidents,
    postMortems: new Map(written.postMortems.map((each) => [each.incident, each])),
    changes: read.changes({ from, to }).map(({ at, event: { type, data } }) => {
      const { service } = (data ?? {}) as { service?: unknown };
      return { at, type, service: typeof service === "string" ? service : undefined };
    }),
    isCut: found.more && oldest > from,
  };
}

/** Incidents of a period, each with what is known of it: for the table that programs read. */
export async function incidentsOf(
  read: Read,
  asked: Asked,
): Promise<{ incident: Incident; postMortem: Head | undefined; changes: string[] }[]> {
  const { now } = figures.periodsOf(asked, read.now);
  const known = await knownIn(read, now);
  return figures.incidentsIn(known.incidents, now, asked).map((incident) => ({
    incident,
    postMortem: known.postMortems.get(incident.incident),
    changes: figures.changesBefore(incident, known.changes),
  }));
}

async function shown(read: Read, asked: Asked) {
  const periods = figures.periodsOf(asked, read.now);
  const whole = { from: periods.before.from, to: periods.now.to };
  const [known, rules] = await Promise.all([knownIn(read, whole), read.ask(rulesNow, {})]);
  const { postMortems } = known;
  const now = figures.incidentsIn(known.incidents, periods.now, asked);
  const before = figures.incidentsIn(known.incidents, periods.before, asked);
  const parts = (namesOf: (of: Incident) => readonly string[]) =>
    figures.parts(now, before, namesOf);
  const titles = new Map(now.map(({ incident, title }) => [incident, title]));
  return {
    at: read.now,
    ...periods,
    incidents: {
      now: now.length,
      before: before.length,
      open: now.filter(({ times }) => times.resolved === null).length,
    },
    lengths: figures.lengthsIn(now, before),
    severities: parts(({ severity }) => [severity]).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    services: parts(({ services }) => (services.length > 0 ? services : ["not said"])),
    causes: parts(({ incident }) => [postMortems.get(incident)?.cause ?? "not said"]),
    origins: parts(({ origin }) => [origin.kind]),
    changes: parts((each) => figures.changesBefore(each, known.changes)),
    budgets: rules.objectives.map(({ name, of, target, periodMs, budgetLeft }) => ({
      ...{ objective: name, of, target, periodMs, left: budgetLeft },
    })),
    again: [...postMortems.values()].flatMap(({ incident: of, recurrences }) =>
      recurrences.flatMap((incident) => {
        const title = titles.get(incident);
        return title === undefined ? [] : [{ incident, title, of }];
      }),
    ),
    review: figures.reviewOf(now, postMortems, read.now),
    isCut: known.isCut,
  };
}

export const answers = [answer(show, (read, asked) => shown(read, asked))];
