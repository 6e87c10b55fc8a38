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
    const denied = token.name.replace(/^no-/, "");
    const option = options[token.name];
    if (option?.type === "flag") flags.set(token.name, flagValue(token.rawName, token.value));
    else if (option) texts.set(token.name, textValue(token, option.value));
    else if (options[denied]?.type === "flag") flags.set(denied, false);
    else throw await unknownOption(token.rawName, options);
  }
  checkCount(words, wordsMin, wordsMax);
  return { words, text: (name) => texts.get(name), flag: (name) => flags.get(name) ?? false };
}

function checkCount(words: readonly string[], min: number, max: number): void {
  if (words.length < min) throw new UsageError("Something is missing on the command line.");
  if (words.length > max)
    throw new UsageError(`\`${words[max] ?? ""}\` is more than this command takes.`);
}

function flagValue(raw: string, value: string | undefined): boolean {
  if (value === undefined || value === "true") return true;
  if (value === "false") return false;
  throw new UsageError(`${raw} takes no value.`, `Write ${raw} alone.`);
}

type OptionToken = {
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
};

function textValue({ rawName, value, inlineValue }: OptionToken, like = "…"): string {
  const looksLikeOption = value?.startsWith("--") && !inlineValue;
  if (value === undefined || looksLikeOption)
    throw new UsageError(`${rawName} needs a value.`, `Write for example ${rawName} ${like}.`);
  return value;
}

async function unknownOption(raw: string, options: Options): Promise<UsageError> {
  const { nearest } = await import("../kernel/config/nearest.ts");
  const meant = nearest(raw.replace(/^-+/, ""), Object.keys(options));
  return new UsageError(`There is no option ${raw}.`, meant ? `Did you mean --${meant}?` : "");
}
