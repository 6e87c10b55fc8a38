import { type Replayed, view } from "#kernel";
import { type Incident, incidentFacts, type Stage } from "./contract.ts";
import { given, type IncidentEvent, tickOf } from "./incident.ts";

/** Every incident by its name, in the order in which they were declared. */
export type Book = Record<string, Incident>;

/** Older ones are forgotten here; the log has them. */
const incidentsMax = 5_000;

export const book = view<Book, (typeof incidentFacts)[number]>("incidents.book", {
  from: incidentFacts,
  empty: () => ({}),
  apply: (all, { event, at }) => {
    const { incident } = event.data;
    if (event.type === "incidents.declared") {
      all[incident] = begun(event.data, at);
      const names = Object.keys(all);
      if (names.length > incidentsMax) delete all[names[0] ?? ""];
      return all;
    }
    const known = all[incident];
    if (!known) return all;
    if (event.type === "incidents.reopened" && event.data.apartFrom !== undefined) {
      const { mergedInto: _, ...apart } = known;
      all[incident] = apart;
      return all;
    }
    if (event.type === "incidents.parent-set") relate(all, known, event.data.parent);
    all[incident] = { ...known, ...changeBy(known, { event, at }) };
    return all;
  },
});

function begun(
  data: Extract<IncidentEvent, { type: "incidents.declared" }>["data"],
  at: number,
): Incident {
  const { startedAt: started, detectedAt: detected, ...of } = data;
  return {
    ...of,
    stage: "triggered",
    times: {
      ...{ started, detected, declared: at },
      ...{ acknowledged: null, mitigated: null, resolved: null, reviewed: null },
    },
    ...{ roles: {}, ticked: [], tasks: [], updateDue: null, children: [] },
  };
}

function relate(all: Book, known: Incident, parent: string | undefined): void {
  const before = all[known.parent ?? ""];
  if (before) before.children = before.children.filter((each) => each !== known.incident);
  all[parent ?? ""]?.children.push(known.incident);
  if (parent === undefined) delete known.parent;
}

function changeBy(
  known: Incident,
  { event: { type, data }, at }: Pick<Replayed<IncidentEvent>, "event" | "at">,
): Partial<Incident> {
  switch (type) {
    case "incidents.moved":
      return { stage: data.to, ...timesAfter(known, data.to, at) };
    case "incidents.reopened":
      return {
        stage: "mitigating",
        times: { ...known.times, mitigated: null, resolved: null, reviewed: null },
      };
    case "incidents.severity-changed":
      return { severity: data.to };
    case "incidents.timed":
      return { times: { ...known.times, [data.what]: data.at } };
    case "incidents.role-given":
      return { roles: given(known.roles, data.role, data.person) };
    case "incidents.ticked":
      return { ticked: ticksAfter(known.ticked, tickOf(data.role, data.item), data.isDone) };
    case "incidents.task-added": {
      const { task, says, person } = data;
      return {
        tasks: [...known.tasks, { task, says, ...(person ? { person } : {}), doneAt: null }],
      };
    }
    case "incidents.task-finished":
      return {
        tasks: known.tasks.map((each) =>
          each.task === data.task ? { ...each, doneAt: at } : each,
        ),
      };
    default:
      return saidOf({ type, data } as IncidentEvent);
  }
}

/** What a fact says and nothing more. */
function saidOf({ type, data }: IncidentEvent): Partial<Incident> {
  switch (type) {
    case "incidents.update-promised":
      return { updateDue: data.at };
    case "incidents.channel-opened":
      return { channel: data.url };
    case "incidents.services-set":
      return { services: data.services };
    case "incidents.merged":
      return { mergedInto: data.into };
    case "incidents.parent-set":
      return data.parent === undefined ? {} : { parent: data.parent };
    default:
      return {};
  }
}

const ticksAfter = (ticked: readonly string[], item: string, isIn: boolean): string[] => [
  ...ticked.filter((each) => each !== item),
  ...(isIn ? [item] : []),
];

/** Whoever mitigates has acknowledged, and what is resolved was mitigated: the first moment of each counts. */
function timesAfter(
  { times }: Incident,
  to: Stage,
  at: number,
): Pick<Incident, "times"> & Partial<Incident> {
  const acknowledged = times.acknowledged ?? at;
  if (to === "monitoring")
    return { times: { ...times, acknowledged, mitigated: times.mitigated ?? at } };
  if (to === "resolved")
    return {
      times: { ...times, acknowledged, mitigated: times.mitigated ?? at, resolved: at },
      updateDue: null,
    };
  if (to === "reviewed") return { times: { ...times, reviewed: at } };
  // Back from watching: the harm goes on.
  if (to === "mitigating") return { times: { ...times, acknowledged, mitigated: null } };
  return { times: { ...times, acknowledged } };
}
