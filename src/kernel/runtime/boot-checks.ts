import type { Capability } from "../manifest/capability.ts";

const twice = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, i) => names.indexOf(name) !== i)),
];

/** Every mistake in the manifests, each with the capability's id; empty when they fit together. */
export function manifestMistakes(capabilities: readonly Capability[]): string[] {
  const mistakes: string[] = [];
  const say = (id: string, what: string) => mistakes.push(`${id}: ${what}`);
  const ids = capabilities.map((each) => each.id);
  for (const id of twice(ids)) say(id, "two capabilities have this id");

  const emitted = new Set(capabilities.flatMap((each) => each.emits.map((def) => def.type)));
  const answered = new Set(capabilities.flatMap((each) => each.answers.map((a) => a.query.name)));

  for (const each of capabilities) {
    const names = ownNames(each);
    for (const [what, name] of names) {
      if (!name.startsWith(`${each.id}.`))
        say(each.id, `${what} ${name} must start with "${each.id}."`);
      if (!/^[a-z0-9-]+(\.[a-z0-9-_]+)+$/.test(name))
        say(each.id, `${what} ${name} is not kebab-case`);
    }
    for (const name of twice(verbNames(each)))
      say(each.id, `two verbs or answers are named ${name}`);
    for (const reaction of each.reactions)
      for (const def of factsOf(reaction))
        if (!emitted.has(def.type))
          say(each.id, `reacts to ${def.type}, which no capability emits`);
    for (const asked of each.asks)
      if (!answered.has(asked.name))
        say(each.id, `asks ${asked.name}, which no capability answers`);
    for (const view of each.views)
      for (const def of view.from === "all" ? [] : view.from)
        if (!emitted.has(def.type))
          say(each.id, `view ${view.name} folds ${def.type}, which no capability emits`);
    for (const route of each.routes)
      if (
        !route.path.startsWith("/in/") &&
        !route.path.startsWith("/api/") &&
        !route.path.startsWith("/v1/")
      )
        say(each.id, `route ${route.path} must lie under /api/, /in/ or /v1/`);
  }
  for (const name of twice(capabilities.flatMap((each) => each.reactions.flatMap(durableName))))
    say("castor", `two reactions are named ${name}`);
  return [...mistakes, ...cycles(capabilities)];
}

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
