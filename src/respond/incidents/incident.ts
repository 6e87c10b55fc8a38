import {
  type Decide,
  type Decision,
  type EventOf,
  type Facts,
  isRefusal,
  type Model,
} from "#kernel";
import * as contract from "./contract.ts";
import type { Role, Severity, Stage } from "./contract.ts";

export type IncidentEvent = EventOf<(typeof contract.incidentFacts)[number]>;

type Task = { task: string; says: string; isDone: boolean };
/** What decisions about one incident need to know of it. */
export type IncidentModel = {
  of?: EventOf<typeof contract.declared>["data"];
  stage: Stage;
  severity: Severity;
  declaredAt: number;
  roles: Partial<Record<Role, string>>;
  ticked: ReadonlySet<string>;
  tasks: readonly Task[];
  notes: ReadonlySet<string>;
  services: readonly string[];
  into?: string | undefined;
  parent?: string | undefined;
};

export const streamOf = (incident: string): string => `incidents/${incident}`;
export const tickOf = (role: Role, item: string): string => `${role}/${item}`;

export const incidentModel: Model<IncidentModel, IncidentEvent> = {
  initial: {
    ...{ stage: "triggered", severity: "sev3", declaredAt: 0, roles: {}, services: [], tasks: [] },
    ...{ ticked: new Set(), notes: new Set() },
  },
  evolve: (state, event) => ({ ...state, ...changeBy(state, event) }),
};

function changeBy(state: IncidentModel, { type, data }: IncidentEvent): Partial<IncidentModel> {
  switch (type) {
    case "incidents.declared":
      return { of: data, severity: data.severity, services: data.services };
    case "incidents.moved":
      return { stage: data.to };
    case "incidents.reopened":
      return data.apartFrom === undefined ? { stage: "mitigating" } : { into: undefined };
    case "incidents.severity-changed":
      return { severity: data.to };
    case "incidents.role-given":
      return { roles: given(state.roles, data.role, data.person) };
    case "incidents.ticked":
      return { ticked: toggled(state.ticked, tickOf(data.role, data.item), data.isDone) };
    case "incidents.task-added":
      return { tasks: [...state.tasks, { task: data.task, says: data.says, isDone: false }] };
    case "incidents.task-finished":
      return { tasks: state.tasks.map((t) => (t.task === data.task ? { ...t, isDone: true } : t)) };
    case "incidents.noted":
      return { notes: new Set(state.notes).add(data.note) };
    case "incidents.services-set":
      return { services: data.services };
    case "incidents.merged":
      return { into: data.into };
    case "incidents.parent-set":
      return { parent: data.parent };
    default:
      return {};
  }
}

export function given<P extends Partial<Record<Role, string>>>(
  roles: P,
  role: Role,
  person: string | undefined,
): Partial<Record<Role, string>> {
  const { [role]: _, ...others }: Partial<Record<Role, string>> = roles;
  return person === undefined ? others : { ...others, [role]: person };
}

function toggled(set: ReadonlySet<string>, item: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (isIn) next.add(item);
  else next.delete(item);
  return next;
}

/** Where each stage may lead; back from `monitoring` when it did not help after all. */
const follows: Readonly<Record<Stage, readonly Stage[]>> = {
  triggered: ["acknowledged", "mitigating", "monitoring", "resolved"],
  acknowledged: ["mitigating", "monitoring", "resolved"],
  mitigating: ["monitoring", "resolved"],
  monitoring: ["mitigating", "resolved"],
  resolved: ["reviewed"],
  reviewed: [],
};
export const isOver = (stage: Stage): boolean => stage === "resolved" || stage === "reviewed";

type Decides<I> = Decide<I & { incident: string }, IncidentModel, IncidentEvent>;
const must = (state: IncidentModel): Decision<IncidentEvent> | undefined =>
  !state.of
    ? contract.unknownIncident()
    : state.into === undefined
      ? undefined
      : contract.wrongStage(
          `It is one with ${state.into} now; decide on that, or reopen it to have it stand alone.`,
        );

export const move: Decides<{ to: Stage; says?: string | undefined }> = (
  { incident, to, says },
  state,
) => {
  const no = must(state);
  if (no) return no;
  if (state.stage === to) return [];
  if (!follows[state.stage].includes(to)) {
    const next = follows[state.stage].join(", ");
    return contract.wrongStage(
      `From ${state.stage} it can become ${next || "nothing more"}${isOver(state.stage) ? "; or reopen it" : ""}.`,
    );
  }
  return [contract.moved({ incident, from: state.stage, to, ...(says ? { says } : {}) })];
};

export const reopen: Decides<{ reason: string }> = ({ incident, reason }, state) => {
  const { of, into: apartFrom, stage: from } = state;
  // What is one with another is decided there, but for this: two that are one with each other would be locked for ever.
  if (of && apartFrom !== undefined)
    return [contract.reopened({ incident, from, reason, apartFrom })];
  return (
    must(state) ??
    (isOver(from)
      ? [contract.reopened({ incident, from, reason })]
      : contract.wrongStage(`It is open: ${from}.`))
  );
};

export const grade: Decides<{ severity: Severity; reason: string }> = (
  { incident, severity, reason },
  state,
) =>
  must(state) ??
  (state.severity === severity
    ? []
    : [contract.severityChanged({ incident, from: state.severity, to: severity, reason })]);

export const time: Decides<{
  what: "started" | "detected" | "acknowledged" | "mitigated";
  at: number;
  reason: string;
}> = ({ incident, what, at, reason }, state, { now }) => {
  const no = must(state);
  if (no) return no;
  if (at > now) return contract.notThen("That is in the future.");
  if (what === "started" && state.of && at > state.of.detectedAt)
    return contract.notThen("It cannot have been noticed before it began; set `detected` first.");
  return [contract.timed({ incident, what, at, reason })];
};

/** Who is meant; `me` is whoever asks, and that has to be a person. */
const personOf = (given: string | undefined, { actor }: Pick<Facts, "actor">) =>
  given !== "me"
    ? given
    : actor.kind === "person"
      ? actor.id
      : contract.noPerson("Only a person is `me`; name somebody by the id of their account.");

export const give: Decides<{ role: Role; person?: string | undefined }> = (
  { incident, role, person: given },
  state,
  facts,
) => {
  const no = must(state);
  if (no) return no;
  const person = personOf(given, facts);
  if (isRefusal(person)) return person;
  const before = state.roles[role];
  if (before === person) return [];
  return [
    contract.roleGiven({
      ...{ incident, role },
      ...(person === undefined ? {} : { person }),
      ...(before === undefined ? {} : { before }),
    }),
  ];
};

export const tick: Decides<{ role: Role; item: string; done: boolean }> = (
  { incident, role, item, done },
  state,
) => {
  const no = must(state);
  if (no) return no;
  if (!contract.checklists[role].some(({ id }) => id === item))
    return contract.unknownItem(`The list of ${role} has no ${item}.`);
  if (state.ticked.has(tickOf(role, item)) === done) return [];
  return [contract.ticked({ incident, role, item, isDone: done })];
};

const tasksMax = 200;
export const addTask: Decides<{ says: string; person?: string | undefined }> = (
  { incident, says, person: given },
  state,
  facts,
) => {
  const no = must(state);
  if (no) return no;
  const person = personOf(given, facts);
  if (isRefusal(person)) return person;
  if (state.tasks.length >= tasksMax)
    return contract.wrongStage(`It has ${tasksMax} tasks, which is as many as it may have.`);
  const task = `t${state.tasks.length + 1}`;
  return [contract.taskAdded({ incident, task, says, ...(person ? { person } : {}) })];
};
export const finishTask: Decides<{ task: string }> = ({ incident, task }, state) => {
  const no = must(state);
  if (no) return no;
  const known = state.tasks.find((each) => each.task === task);
  if (!known) return contract.unknownItem(`It has no task ${task}.`);
  return known.isDone ? [] : [contract.taskFinished({ incident, task, says: known.says })];
};

/** The same note sent twice over a bad line is one note. Notes may follow an end, or a union while they were on their way: they stand on the timeline of both. */
export const note: Decides<{ note?: string | undefined; text: string }> = (
  { incident, note: given, text },
  state,
  { id },
) => {
  if (!state.of) return contract.unknownIncident();
  const name = given ?? id();
  return state.notes.has(name) ? [] : [contract.noted({ incident, note: name, text })];
};

const promiseMsMax = 24 * 3_600_000;
export const promise: Decides<{ inMs: number }> = ({ incident, inMs }, state, { now }) => {
  const no = must(state);
  if (no) return no;
  if (isOver(state.stage)) return contract.wrongStage("It is over; no update is due.");
  if (inMs > promiseMsMax) return contract.notThen("An update is promised for a day at most.");
  return [contract.updatePromised({ incident, at: now + inMs })];
};

export const setServices: Decides<{ services: string[] }> = ({ incident, services }, state) => {
  const no = must(state);
  if (no) return no;
  const next = [...new Set(services)].toSorted();
  return Bun.deepEquals(next, state.services)
    ? []
    : [contract.servicesSet({ incident, services: next })];
};

export const merge: Decides<{ into: string; reason: string }> = (
  { incident, into, reason },
  state,
) => {
  const no = must(state);
  if (no) return no;
  if (into === incident) return contract.wrongStage("An incident is one with itself already.");
  return [contract.merged({ incident, into, reason })];
};

export const setParent: Decides<{ parent?: string | undefined }> = (
  { incident, parent },
  state,
) => {
  const no = must(state);
  if (no) return no;
  if (parent === incident) return contract.wrongStage("An incident is not part of itself.");
  if (parent === state.parent) return [];
  return [contract.parentSet({ incident, ...(parent === undefined ? {} : { parent }) })];
};
