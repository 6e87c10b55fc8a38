import type { Rehearsal } from "../../kernel/http/verbs.ts";
import { type Api, Refused, Unreachable } from "../api.ts";
import {
  type Arguments,
  type Command,
  exit,
  type Option,
  type Options,
  toCastor,
  UsageError,
} from "../command.ts";
import { plain } from "../ink.ts";
import { connect } from "../connect.ts";
import { printValue } from "../value.ts";
import type { Terminal } from "../terminal.ts";

type Property = {
  type?: string;
  description?: string;
  enum?: unknown[];
  default?: unknown;
  items?: Property;
  maxLength?: number;
  anyOf?: Property[];
  oneOf?: Property[];
  const?: unknown;
  examples?: unknown[];
  properties?: Record<string, Property>;
};
type Schema = { properties?: Record<string, Property>; required?: string[] };
/** A verb as `castor.manifest` tells it. */
export type Verb = {
  name: string;
  kind: "command" | "action" | "query";
  about: string;
  allow: string;
  input: Schema;
  /** What is lost by it. */
  destroys?: string;
};
type Manifest = { id: string; about: string; verbs: Verb[] }[];

export const manifestOf = async (api: Api): Promise<Manifest> =>
  (await api.ask("castor.manifest")) as Manifest;

/** What a dry run found, in words. */
export const rehearsalText = ({ would, loses }: Rehearsal): string => {
  const lost = loses ? `${plain(loses.name)} would be lost: ${plain(loses.what)}\n` : "";
  if (would === null)
    return `Its input is right; what it would do can only be seen by doing it.\n${lost}`;
  if (would.length === 0) return "It is already so: nothing would happen.\n";
  return `It would be recorded that:\n${would.map(({ says }) => `  ${plain(says)}\n`).join("")}${lost}`;
};

const kebab = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What a field is, where it may be several things or none. */
const typeOf = ({ type, anyOf, oneOf }: Property): string =>
  type ?? [...(anyOf ?? []), ...(oneOf ?? [])].find((each) => each.type !== "null")?.type ?? "text";

function optionOf(property: Property, required: boolean): Option {
  const type = typeOf(property);
  const choices = property.enum?.map(String);
  const otherwise = choices ? `One of ${choices.join(", ")}.` : `A ${type}.`;
  const about = `${property.description ?? otherwise}${required ? " (required)" : ""}`;
  if (type === "boolean") return { type: "flag", about };
  return { type: "text", value: choices?.join("|") ?? (type === "array" ? "a,b" : type), about };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`\`${text}\` is not JSON.`, `Write for example '{"key":"value"}'.`);
  }
}

/** What is longer than a line or two may come from a file: `--text-file notes.md`, `-` for standard input. */
const longChars = 2_000;
const fileOf = (field: string): string => `${kebab(field)}-file`;
const isLong = ({ type, anyOf, maxLength = 0 }: Property): boolean =>
  ((type ?? "string") === "string" && maxLength >= longChars) ||
  (anyOf ?? []).some((each) => isLong(each));

async function textIn(path: string): Promise<string> {
  const file = path === "-" ? Bun.stdin : Bun.file(path);
  try {
    return await file.text();
  } catch {
    throw new UsageError(`${path} cannot be read.`, "Name a file, or - for standard input.");
  }
}

/** Text of the command line as the kind of value that a field wants; what does not read is left to the server to refuse. */
function readAs(property: Property, text: string): unknown {
  switch (typeOf(property)) {
    case "number":
    case "integer":
      return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
    case "array":
      return text.startsWith("[") ? readJson(text) : listOf(property.items ?? {}, text);
    case "object":
      return readJson(text);
    default:
      return text;
  }
}
const listOf = (item: Property, text: string): unknown[] =>
  text === "" ? [] : text.split(",").map((each) => readAs(item, each));

const give = async (
  to: Api,
  { kind, name }: Verb,
  { input, confirm }: { input: Record<string, unknown>; confirm: string | undefined },
): Promise<unknown> =>
  kind === "query" ? await to.ask(name, input) : await to.act(name, input, { confirm });

async function rehearse(
  to: Api,
  { verb, input, asJson }: { verb: Verb; input: unknown; asJson: boolean },
  terminal: Terminal,
): Promise<void> {
  const found = (await to.act(verb.name, input, { dryRun: true })) as Rehearsal;
  if (asJson) terminal.out(`${JSON.stringify(found)}\n`);
  else terminal.out(rehearsalText(found));
}

type Fields = readonly [field: string, property: Property][];

/** What a line says, as the input of a verb: plain words in the order of the required fields, then options. */
async function inputOf(
  given: Arguments,
  properties: Fields,
  inOrder: Fields,
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  for (const [at, word] of given.words.entries()) {
    const [field, property] = inOrder[at] ?? [];
    if (field !== undefined && property) input[field] = readAs(property, word);
  }
  for (const [field, property] of properties) {
    const text = given.text(kebab(field));
    const path = isLong(property) ? given.text(fileOf(field)) : undefined;
    if (path !== undefined) input[field] = await textIn(path);
    else if (text !== undefined) input[field] = readAs(property, text);
    else if (given.flag(kebab(field))) input[field] = true;
  }
  return input;
}

/** A word as somebody might write it; of several kinds of object the first. */
function exampleOf([field, property]: Fields[number]): string {
  const [given] = property.examples ?? [];
  if (given !== undefined) return typeof given === "string" ? given : `'${JSON.stringify(given)}'`;
  if (typeOf(property) !== "object") return `${kebab(field)}-1`;
  const fixed = Object.entries(property.oneOf?.[0]?.properties ?? {}).flatMap(([name, each]) =>
    each.const === undefined ? [] : [[name, each.const] as const],
  );
  return `'${JSON.stringify(Object.fromEntries(fixed))}'`;
}

/** A verb of a capability as a command of the command line; plain words fill the required fields in order. */
export function commandOf(verb: Verb): Command {
  const [capability = "", name = ""] = verb.name.split(/\.(.*)/s);
  const known = verb.input.properties ?? {};
  const properties = Object.entries(known);
  const required = verb.input.required ?? [];
  const inOrder = properties.filter(([field]) => required.includes(field));
  const words = inOrder.map(([field]) => `<${kebab(field)}>`).join(" ");
  const usage = `${capability} ${name}${words ? ` ${words}` : ""}${properties.length > inOrder.length ? " [options]" : ""}`;
  return {
    usage,
    summary: verb.about,
    about: `Needs the role ${verb.allow}. Over HTTP: ${verb.kind === "query" ? "GET" : "POST"} /api/${verb.name}`,
    example: ["castor", capability, name, ...inOrder.map(exampleOf)].join(" "),
    wordsMin: 0,
    wordsMax: inOrder.length,
    options: {
      ...Object.fromEntries(
        properties.map(([field, property]) => [
          kebab(field),
          optionOf(property, required.includes(field)),
        ]),
      ),
      ...Object.fromEntries(
        properties.flatMap(([field, property]) =>
          isLong(property)
            ? [[fileOf(field), { type: "text", value: "path", about: `A file with ${field}.` }]]
            : [],
        ),
      ),
      ...withoutFields(verb, { ...deedOptions(verb), ...toCastor }),
    },
    async run(given, terminal) {
      const input = await inputOf(given, properties, inOrder);
      const missing = required.filter(
        (field) => input[field] === undefined && !hasDefault(verb, field),
      );
      if (missing.length > 0)
        throw new UsageError(`Missing: ${missing.map((field) => `--${kebab(field)}`).join(", ")}.`);
      const place = withoutFields(verb, toCastor);
      const text = (name: string) => (name in place ? given.text(name) : undefined);
      const to = connect({ ...given, text }, terminal);
      const deed = withoutFields(verb, deedOptions(verb));
      if ("dry-run" in deed && given.flag("dry-run"))
        await rehearse(to, { verb, input, asJson: given.flag("json") }, terminal);
      else {
        const confirm = "confirm" in deed ? given.text("confirm") : undefined;
        printValue(await give(to, verb, { input, confirm }), given.flag("json"), terminal);
      }
      return exit.ok;
    },
  };
}
/** Options of verbs that do something. */
const deedOptions = ({ kind, destroys }: Verb): Options => ({
  ...(kind === "query"
    ? {}
    : { "dry-run": { type: "flag", about: "Tell what would happen, and do nothing." } }),
  ...(destroys === undefined
    ? {}
    : {
        confirm: {
          type: "text",
          value: "name",
          about: `Type the name of what is lost, where nobody else could approve it. Lost: ${destroys}`,
        },
      }),
});

/** Options that mean no field of the verb: `castor cache purge --url` is the page, then only CASTOR_URL names a Castor. */
function withoutFields(verb: Verb, options: Options): Options {
  const fields = Object.keys(verb.input.properties ?? {}).map(kebab);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !fields.includes(name)));
}

/** Which options of a line say where Castor is, as far as this program knows the verb. */
export async function placeOptions(name: string): Promise<string[]> {
  const own = (await ownManifest())
    .flatMap((each) => each.verbs)
    .find((each) => each.name === name);
  return Object.keys(own ? withoutFields(own, toCastor) : toCastor);
}

const hasDefault = (verb: Verb, field: string): boolean =>
  verb.input.properties?.[field]?.default !== undefined;

/** What the manifests of this program say when no running Castor can be asked. */
async function ownManifest(): Promise<Manifest> {
  const [{ capabilities }, { explain }] = await Promise.all([
    import("../../castor.ts"),
    import("../../kernel/runtime/explain.ts"),
  ]);
  return explain(capabilities) as unknown as Manifest;
}

export async function knownVerbs(api: Api): Promise<{ manifest: Manifest; reachable: boolean }> {
  try {
    return { manifest: await manifestOf(api), reachable: true };
  } catch (error) {
    // Who may not ask may still be told what the verb is called.
    if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
    return { manifest: await ownManifest(), reachable: false };
  }
}

/** A capability as people say it: `castor incident note` and `castor page raise` mean `incidents` and `paging`. */
export const saidAs = (word: string): string[] => [word, `${word}s`, word.replace(/e$/, "ing")];
