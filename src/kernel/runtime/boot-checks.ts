import { isSensitive } from "../seal/seal.ts";
import type { Capability } from "../manifest/capability.ts";

const twice = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, i) => names.indexOf(name) !== i)),
];

/** Every mistake in the manifests, each with the capability's id; empty when they fit together. */
export function manifestMistakes(capabilities: readonly Capability[]): string[] {
  const emitted = new Set(capabilities.flatMap((each) => each.emits.map((def) => def.type)));
  const answered = new Set(capabilities.flatMap((each) => each.answers.map((a) => a.query.name)));
  const taken = new Set(
    capabilities.flatMap(({ commands, actions }) => [...commands, ...actions].map((v) => v.name)),
  );
  return [
    ...twice(capabilities.map((each) => each.id)).map(
      (id) => `${id}: two capabilities have this id`,
    ),
    ...capabilities.flatMap((each) =>
      [
        ...nameFaults(each),
        ...danglingFaults(each, emitted, answered),
        ...orderFaults(each, taken),
        ...routeFaults(each),
        ...sealFaults(each),
      ].map((what) => `${each.id}: ${what}`),
    ),
    ...twice(capabilities.flatMap((each) => each.reactions.flatMap(durableName))).map(
      (name) => `castor: two reactions are named ${name}`,
    ),
    ...cycles(capabilities),
    ...(capabilities.filter(({ guard }) => guard !== undefined).length > 1
      ? ["castor: two capabilities guard what destroys"]
      : []),
  ];
}

function nameFaults(each: Capability): string[] {
  return [
    ...ownNames(each).flatMap(([what, name]) => [
      ...(name.startsWith(`${each.id}.`) ? [] : [`${what} ${name} must start with "${each.id}."`]),
      ...(/^[a-z0-9-]+(\.[a-z0-9-_]+)+$/.test(name) ? [] : [`${what} ${name} is not kebab-case`]),
    ]),
    ...twice(verbNames(each)).map((name) => `two verbs or answers are named ${name}`),
  ];
}

function danglingFaults(
  each: Capability,
  emitted: ReadonlySet<string>,
  answered: ReadonlySet<string>,
): string[] {
  const unheard = each.reactions
    .flatMap(factsOf)
    .filter((def) => !emitted.has(def.type))
    .map((def) => `reacts to ${def.type}, which no capability emits`);
  const unanswered = each.asks
    .filter((asked) => !answered.has(asked.name))
    .map((asked) => `asks ${asked.name}, which no capability answers`);
  const unfolded = each.views.flatMap((view) =>
    (view.from === "all" ? [] : view.from)
      .filter((def) => !emitted.has(def.type))
      .map((def) => `view ${view.name} folds ${def.type}, which no capability emits`),
  );
  return [...unheard, ...unanswered, ...unfolded];
}

const orderFaults = ({ orders }: Capability, taken: ReadonlySet<string>): string[] =>
  orders
    .filter(({ name }) => !taken.has(name))
    .map(({ name }) => `orders ${name}, which no capability takes`);

/** Without a subject there is no key, and the field would be written in clear. */
const sealFaults = (each: Capability): string[] =>
  each.emits
    .filter((def) => def.schema !== undefined && isSensitive(def) && !def.subject)
    .map(({ type }) => `event ${type} has sensitive fields but names no subject`);

/** Programs' surfaces by their formats, and pages for people outside under `/status/`; the rest is the console's. */
const routeFaults = (each: Capability): string[] =>
  each.routes
    .filter(({ path }) => !/^\/(in|api|v1|status)(\/|$)/.test(path))
    .map(({ path }) => `route ${path} must lie under /api/, /in/, /v1/ or /status/`);

const factsOf = (reaction: Capability["reactions"][number]): readonly { type: string }[] =>
  reaction.kind === "on" || reaction.kind === "due"
    ? [reaction.def]
    : reaction.kind === "reconcile"
      ? reaction.defs
      : [];

const durableName = (reaction: Capability["reactions"][number]): string[] =>
  reaction.kind === "on" ||
  reaction.kind === "due" ||
  reaction.kind === "every" ||
  reaction.kind === "reconcile"
    ? [reaction.name]
    : [];

const verbNames = (each: Capability): string[] => [
  ...each.commands.map((c) => c.name),
  ...each.actions.map((a) => a.name),
  ...each.answers.map((a) => a.query.name),
];

function ownNames(each: Capability): [what: string, name: string][] {
  return [
    ...verbNames(each).map((name): [string, string] => ["verb", name]),
    ...each.emits.map((def): [string, string] => ["event", def.type]),
    ...each.refuses.map((problem): [string, string] => ["problem", problem.type]),
    ...each.counts.map((counter): [string, string] => ["counter", counter.name]),
    ...each.gauges.map((gauge): [string, string] => ["gauge", gauge.name]),
    ...each.views.map((view): [string, string] => ["view", view.name]),
    ...each.reactions.flatMap(durableName).map((name): [string, string] => ["reaction", name]),
  ];
}

/** Capabilities that ask each other in a circle could not answer when one of them is slow. */
function cycles(capabilities: readonly Capability[]): string[] {
  const owner = new Map(
    capabilities.flatMap((c) => c.answers.map((a) => [a.query.name, c.id] as const)),
  );
  const needs = new Map(
    capabilities.map((c) => [
      c.id,
      [...new Set(c.asks.map((q) => owner.get(q.name)).filter((id) => id !== c.id))],
    ]),
  );
  const found: string[] = [];
  const walk = (id: string, path: string[]): void => {
    if (path.includes(id)) {
      const loop = [...path.slice(path.indexOf(id)), id];
      if (loop[0] === [...loop].sort()[0])
        found.push(`${id}: asks in a circle: ${loop.join(" → ")}`);
      return;
    }
    for (const next of needs.get(id) ?? []) if (next) walk(next, [...path, id]);
  };
  for (const id of needs.keys()) walk(id, []);
  return [...new Set(found)];
}
