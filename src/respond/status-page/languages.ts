import type { Machine } from "#kernel";
import type { Config } from "./config.ts";
import { learnPhrases } from "./render/words.ts";
import { learnReaderWords } from "./subscribers/words.ts";

const fileBytesMax = 200_000;

/** Reads the files of languages that Castor does not speak by itself; gives what is wrong with them, in words. */
export async function learnLanguages(
  { phrases }: Pick<Config, "phrases">,
  machine: Pick<Machine, "at" | "read">,
): Promise<string[]> {
  const mistakes: string[] = [];
  for (const [language, path] of Object.entries(phrases)) {
    const wrong = (why: string): void => void mistakes.push(`${path}: ${why}`);
    try {
      const text = await machine.read(machine.at(path), { bytesMax: fileBytesMax });
      if (text === undefined) {
        wrong("there is no such file");
        continue;
      }
      const { parse } = await import("yaml");
      const { readers, ...page } = (parse(text, { maxAliasCount: 0 }) ?? {}) as Record<
        string,
        unknown
      >;
      for (const each of [...learnPhrases(language, page), ...learnReaderWords(language, readers)])
        wrong(each);
    } catch (error) {
      wrong(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  return mistakes;
}
