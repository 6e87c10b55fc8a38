import { type Replayed, view } from "#kernel";
import {
  type ComponentStatus,
  type Maintenance,
  maintenanceMoved,
  maintenancePlanned,
  pageFacts,
  type PublicIncident,
  posted,
  type Posted,
  type Update,
} from "./contract.ts";

/** What was posted, and what each component was from when on. */
export type Board = {
  incidents: PublicIncident[];
  maintenances: Maintenance[];
  /** By component, oldest first. */
  statuses: Record<string, { at: number; status: ComponentStatus }[]>;
  /** Since when each component is on the page: what was before, nobody saw. */
  since: Record<string, number>;
};

/** The page has room for so many threads; older ones are in the log. */
const threadsMax = 1_000;
const statusesMax = 5_000;

export const board = view<Board, (typeof pageFacts)[number]>("status-page.board", {
  from: pageFacts,
  empty: () => ({ incidents: [], maintenances: [], statuses: {}, since: {} }),
  apply: (kept, { event, at }) => {
    switch (event.type) {
      case "status-page.posted":
        takePost(kept, { event, at });
        break;
      case "status-page.maintenance-planned":
        if (event.data.audience === "test") break;
        keep(kept.maintenances, planned({ event, at }));
        break;
      case "status-page.maintenance-moved":
        takeMove(kept, { event, at });
        break;
      case "status-page.component-shown":
        kept.since[event.data.component] ??= at;
        break;
      case "status-page.withdrawn": {
        const { thread } = event.data;
        const gone = kept.incidents.find((each) => each.thread === thread);
        if (gone && gone.resolvedAt === null) restore(kept, gone, at);
        kept.incidents = kept.incidents.filter((each) => each.thread !== thread);
        kept.maintenances = kept.maintenances.filter((each) => each.thread !== thread);
      }
    }
    return kept;
  },
});

function keep<T>(all: T[], one: T): void {
  all.push(one);
  if (all.length > threadsMax) all.shift();
}

export const statusAt = (board: Pick<Board, "statuses">, component: string): ComponentStatus =>
  board.statuses[component]?.at(-1)?.status ?? "operational";

function setStatus(kept: Board, component: string, status: ComponentStatus, at: number): void {
  const known = (kept.statuses[component] ??= []);
  known.push({ at, status });
  if (known.length > statusesMax) known.shift();
}

/** A thread that leaves the page leaves its components well, unless another thread says otherwise. */
function restore(kept: Board, gone: PublicIncident, at: number): void {
  const others = kept.incidents.filter((each) => each !== gone && each.resolvedAt === null);
  for (const component of gone.components)
    if (!others.some(({ components }) => components.includes(component)))
      setStatus(kept, component, "operational", at);
}

function takePost(kept: Board, { event: { data }, at }: At<ReturnType<typeof posted>>): void {
  if (data.audience === "test") return;
  const changes = Object.entries(data.components).map(([component, to]) => ({
    ...{ component, from: statusAt(kept, component), to },
  }));
  for (const { component, from, to } of changes)
    if (from !== to) setStatus(kept, component, to, at);
  const { thread, post, title, stage, impact, text } = data;
  const known = kept.incidents.find((each) => each.thread === thread);
  const before = known ?? begun(data, at);
  const next: PublicIncident = {
    ...before,
    ...{ title, stage, impact, updatedAt: at, startedAt: data.startedAt ?? before.startedAt },
    components: [...new Set([...before.components, ...changes.map((each) => each.component)])],
    updates: [{ post, stage, text, at, changes }, ...before.updates],
    monitoringAt: stage === "monitoring" ? at : before.monitoringAt,
    resolvedAt: stage === "resolved" || stage === "postmortem" ? (before.resolvedAt ?? at) : null,
  };
  if (known) kept.incidents[kept.incidents.indexOf(known)] = next;
  else keep(kept.incidents, next);
  if (stage === "resolved") restore(kept, next, at);
}

function begun({ thread, incident, title, stage, impact }: Posted, at: number): PublicIncident {
  return {
    ...{ thread, title, stage, impact, createdAt: at, updatedAt: at, startedAt: at },
    ...{ monitoringAt: null, resolvedAt: null, components: [], updates: [] },
    ...(incident === undefined ? {} : { incident }),
  };
}

type At<E> = Pick<Replayed, "at"> & { event: E };
function planned({ event: { data }, at }: At<ReturnType<typeof maintenancePlanned>>): Maintenance {
  const { thread, title, components, from, to, text } = data;
  const update: Update = { post: thread, stage: "scheduled", text, at, changes: [] };
  return {
    ...{ thread, title, components, from, to, stage: "scheduled", updates: [update] },
    ...{ createdAt: at, updatedAt: at, resolvedAt: null, monitoringAt: null },
  };
}

function takeMove(
  kept: Board,
  { event: { data }, at }: At<ReturnType<typeof maintenanceMoved>>,
): void {
  const known = kept.maintenances.find((each) => each.thread === data.thread);
  if (!known) return;
  const { post, to: stage, text } = data;
  known.updates = [{ post, stage, text, at, changes: [] }, ...known.updates];
  Object.assign(known, {
    ...{ stage, updatedAt: at },
    ...(stage === "verifying" ? { monitoringAt: at } : {}),
    ...(stage === "completed" ? { resolvedAt: at } : {}),
  });
}
