import { type Decide, type EventOf, type Model, type Read, view } from "#kernel";
import { consoleOpened } from "../../platform/console/contract.ts";
import { budgetSet, inboxOpened, projectCreated } from "./contract.ts";
import type { Config } from "./config.ts";
import type { Picture } from "./intake/picture.ts";

type Created = EventOf<typeof projectCreated>;
export type Project = Created["data"];

/** All projects: one stream, so that no two get the same number. */
export const projectsModel: Model<readonly Project[], Created> = {
  initial: [],
  evolve: (known, { data }) => [...known, data],
};

type Wish = { project: string; key?: string | undefined; service?: string | undefined };

/** A project once; asked again for the same one, nothing happens. */
export const createProject: Decide<Wish, readonly Project[], Created> = (
  { project, key, service },
  known,
  { id },
) => {
  if (known.some((each) => each.project === project)) return [];
  const number = known.reduce((max, each) => Math.max(max, each.number), 0) + 1;
  return [
    projectCreated({
      project,
      number,
      key: key ?? id().replaceAll("-", ""),
      ...(service === undefined ? {} : { service }),
    }),
  ];
};

export const projectsView = view<Project[], typeof projectCreated>("errors.projects-by-number", {
  from: [projectCreated],
  empty: () => [],
  apply: (known, { event }) => [...known, event.data],
});

/** Is there anything to take in? Until then the inbox costs no process. */
export const openView = view<{ open: boolean }, typeof inboxOpened>("errors.open", {
  from: [inboxOpened],
  empty: () => ({ open: false }),
  apply: () => ({ open: true }),
});

type BudgetSet = EventOf<typeof budgetSet>;
export type Budget = { falsePagesPerWeek?: number };
const budgetAfter = (_: Budget, { data }: BudgetSet): Budget => data;
/** What somebody set by command; else the configuration holds. */
export const budgetModel: Model<Budget, BudgetSet> = { initial: {}, evolve: budgetAfter };
export const budgetView = view<Budget, typeof budgetSet>("errors.spike-budget", {
  from: [budgetSet],
  empty: () => ({}),
  apply: (budget, { event }) => budgetAfter(budget, event),
});
export const setBudget: Decide<{ falsePagesPerWeek: number }, Budget, BudgetSet> = (
  wish,
  { falsePagesPerWeek },
) => (wish.falsePagesPerWeek === falsePagesPerWeek ? [] : [budgetSet(wish)]);
/** Before anybody sent anything there is no process to ask. */
export const isOpen = (read: Read<Config>): boolean =>
  read.view(openView).open || Object.keys(read.config.projects).length > 0;

/** Where the console was opened last; SDKs and readers come to it from here, behind a proxy by that one's name. */
export function consoleOf(read: Pick<Read, "log">): string | undefined {
  const types = [consoleOpened.type];
  const [last] = read.log.page({ after: 0, limit: 1, types, backwards: true });
  return (last?.event.data as { url?: string } | undefined)?.url;
}

/** What the outpost is to work from. */
export const pictureOf = (
  projects: readonly Project[],
  config: Config,
  budget?: number,
): Picture => ({
  projects: projects.map(({ project, number, key }) => {
    const own = config.projects[project];
    return {
      project,
      number,
      keys: [key],
      eventsPerMinuteMax: own?.eventsPerMinuteMax ?? config.eventsPerMinuteMax,
      newIssuesPerHourMax: config.newIssuesPerHourMax,
      owners: config.owners
        .filter(({ services }) => services === undefined || services.includes(project))
        .map(({ path, owner }) => ({ path, owner })),
      scrub: own?.scrub ?? {
        keys: [],
        keepKeys: [],
        patterns: [],
        variables: "keep",
        addresses: "drop",
      },
    };
  }),
  storageBytesMax: config.storageMax,
  keptMs: config.keep,
  bodyBytesMax: config.bodyMax,
  decodedBytesMax: config.decodedMax,
  eventBytesMax: config.eventMax,
  attachmentBytesMax: config.attachmentMax,
  falsePagesPerWeek: budget ?? config.spikes.falsePagesPerWeek,
  maps: {
    storageBytesMax: config.sourceMaps.storageMax,
    bundleBytesMax: config.sourceMaps.bundleMax,
    mapBytesMax: config.sourceMaps.mapMax,
    keptMs: config.sourceMaps.keep,
  },
});
