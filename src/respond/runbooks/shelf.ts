import type { Manifest, TextFile, TextFolder } from "#kernel";
import type { Mistake } from "./contract.ts";
import { RunbookName } from "./contract.ts";
import { readRunbook } from "./parse/read.ts";
import { type Runbook, stepsOf } from "./parse/runbook.ts";

const limits = { filesMax: 500, fileBytesMax: 262_144, depthMax: 4 };
const mistakesMax = 200;

/** A verb as a runbook's author must know it. */
export type KnownVerb = {
  kind: "command" | "action" | "query";
  about: string;
  allow: string;
  fields: readonly string[];
  required: readonly string[];
};
export type KnownVerbs = ReadonlyMap<string, KnownVerb>;

type Schema = { properties?: Record<string, { default?: unknown }>; required?: string[] };

/** What the manifests say of every verb; they do not change while a process runs. */
export const knownVerbs = (capabilities: Manifest): KnownVerbs =>
  new Map(
    capabilities.flatMap(({ verbs }) =>
      verbs.map(({ name, kind, about, allow, input }): [string, KnownVerb] => {
        const { properties = {}, required = [] } = input as Schema;
        const needed = required.filter((field) => properties[field]?.default === undefined);
        return [name, { kind, about, allow, fields: Object.keys(properties), required: needed }];
      }),
    ),
  );

/** The runbooks as their files are now. Given to Castor as equipment `runbooks`. */
export type Shelf = {
  runbooks(): readonly Runbook[];
  mistakes(): readonly Mistake[];
  verbs(): KnownVerbs;
  /** Looks at the files again; true when anything is another. */
  look(folder: string, verbs: KnownVerbs): boolean;
};

type Read = { runbook?: Runbook; mistakes: Mistake[] };

/** Holds what was read, since files are read by one and asked about by many. */
export function runbookShelf(folder: TextFolder): Shelf {
  let read = new Map<TextFile, Read>();
  let where = "";
  let known: KnownVerbs = new Map();
  const all = (): Runbook[] => [...read.values()].flatMap(({ runbook }) => runbook ?? []);
  return {
    runbooks: all,
    verbs: () => known,
    mistakes: () => [...read.values()].flatMap(({ mistakes }) => mistakes).slice(0, mistakesMax),
    look: (name, verbs) => {
      const files = folder.files(name, ".md", limits);
      // The folder gives the same value for a file that is the same.
      const isSame = files.length === read.size && files.every((file) => read.has(file));
      if (isSame && where === name && known === verbs) return false;
      const kept = known === verbs ? read : new Map<TextFile, Read>();
      read = new Map(files.map((file) => [file, kept.get(file) ?? readFile(file, name, verbs)]));
      where = name;
      known = verbs;
      return true;
    },
  };
}

function readFile(file: TextFile, folder: string, verbs: KnownVerbs): Read {
  const path = `${folder.replace(/\/+$/, "")}/${file.path}`;
  const wrong = (what: string, fix: string): Read => ({
    mistakes: [{ file: path, line: 0, what, fix }],
  });
  if ("fault" in file) return wrong(file.fault, "Make it shorter, or take it out of the folder.");
  const name = RunbookName.safeParse(file.path.replace(/\.md$/, ""));
  if (!name.success)
    return wrong(
      "A file of this name cannot be a runbook.",
      "Use letters, digits, `-`, `_` and `.` in its name.",
    );
  const runbook = readRunbook(file.text, { runbook: name.data, file: path });
  const commands = stepsOf(runbook).flatMap(({ command }) => command ?? []);
  const mistakes = commands.flatMap(({ verb, input, line }) =>
    faultsOf(verb, input, verbs).map((fault) => ({ file: path, line, ...fault })),
  );
  const whole = { ...runbook, mistakes: [...runbook.mistakes, ...mistakes] };
  return { runbook: whole, mistakes: whole.mistakes };
}

type Fault = Pick<Mistake, "what" | "fix">;

/** None while nobody has told which verbs there are. */
function faultsOf(verb: string, input: Record<string, unknown>, verbs: KnownVerbs): Fault[] {
  if (verbs.size === 0) return [];
  const known = verbs.get(verb);
  if (!known) {
    const [owner = ""] = verb.split(".");
    const near = [...verbs.keys()].filter((each) => each.startsWith(`${owner}.`)).slice(0, 12);
    const fix =
      near.length > 0
        ? `There are ${near.join(", ")}.`
        : "`castor verbs` lists every verb; a runbook runs those and no shell.";
    return [{ what: `There is no verb ${verb}.`, fix }];
  }
  const strange = Object.keys(input).filter((field) => !known.fields.includes(field));
  const missing = known.required.filter((field) => !(field in input));
  const fix = `It takes ${known.fields.join(", ") || "nothing"}.`;
  return [
    ...strange.map((field) => ({ what: `${verb} does not take \`${field}\`.`, fix })),
    ...missing.map((field) => ({ what: `${verb} needs \`${field}\`.`, fix })),
  ];
}
