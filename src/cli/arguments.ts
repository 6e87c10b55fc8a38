import { parseArgs } from "node:util";
import { type Arguments, type Options, UsageError } from "./command.ts";

/** Reads a command line by the options it may have; anything else is a usage error that names the way out. */
export async function readArguments(
  argv: readonly string[],
  options: Options,
  { wordsMin = 0, wordsMax = wordsMin }: { wordsMin?: number; wordsMax?: number } = {},
): Promise<Arguments> {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => [
        name,
        { type: type === "flag" ? "boolean" : "string", ...(short ? { short } : {}) } as const,
      ]),
    ),
  });
  const words: string[] = [];
  const texts = new Map<string, string>();
  const flags = new Map<string, boolean>();
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const denied = token.name.startsWith("no-") ? token.name.slice("no-".length) : "";
    if (options[denied]?.type === "flag" && !options[token.name]) {
      flags.set(denied, false);
      continue;
    }
    const option = options[token.name];
    if (!option) throw await unknownOption(token.rawName, options);
    if (option.type === "flag") flags.set(token.name, flagValue(token.rawName, token.value));
    else
      texts.set(token.name, textValue(token.rawName, option.value, token.value, token.inlineValue));
  }
  if (words.length < wordsMin) throw new UsageError("Something is missing on the command line.");
  if (words.length > wordsMax)
    throw new UsageError(`\`${words[wordsMax] ?? ""}\` is more than this command takes.`);
  return { words, text: (name) => texts.get(name), flag: (name) => flags.get(name) ?? false };
}

function flagValue(raw: string, value: string | undefined): boolean {
  if (value === undefined || value === "true") return true;
  if (value === "false") return false;
  throw new UsageError(`${raw} takes no value.`, `Write ${raw} alone.`);
}

function textValue(
  raw: string,
  like: string | undefined,
  value: string | undefined,
  inline: boolean | undefined,
): string {
  const looksLikeOption = value?.startsWith("--") && !inline;
  if (value === undefined || looksLikeOption)
    throw new UsageError(`${raw} needs a value.`, `Write for example ${raw} ${like ?? "…"}.`);
  return value;
}

async function unknownOption(raw: string, options: Options): Promise<UsageError> {
  const { nearest } = await import("../kernel/config/nearest.ts");
  const meant = nearest(raw.replace(/^-+/, ""), Object.keys(options));
  return new UsageError(`There is no option ${raw}.`, meant ? `Did you mean --${meant}?` : "");
}
