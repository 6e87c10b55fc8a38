import { type Machine, perCastor } from "#kernel";
import type { Config } from "./config.ts";
import { drawn, type Drawing } from "./render/drawing.ts";

/** What makes a page one's own besides its colour. Each is a drawing that any place can hold, and a browser shows and never runs. */
export type Brand = { logo?: Drawing; logoDark?: Drawing; icon?: Drawing };
export const noBrand: Brand = {};
export const logoBytesMax = 100_000;
export const iconBytesMax = 20_000;

type Files = Pick<Machine, "at" | "readBytes">;

/** Reads the files that the configuration names; gives what is wrong with them, in words. What is wrong is left out. */
export async function readBrand(
  { logo, icon }: Pick<Config, "logo" | "icon">,
  files: Files,
): Promise<{ brand: Brand; mistakes: string[] }> {
  const named = [
    ["logo", logo?.light, logoBytesMax],
    ["logoDark", logo?.dark, logoBytesMax],
    ["icon", icon, iconBytesMax],
  ] as const;
  const brand: Brand = {};
  const mistakes: string[] = [];
  for (const [what, path, bytesMax] of named) {
    if (path === undefined) continue;
    try {
      const bytes = await files.readBytes(files.at(path), { bytesMax });
      if (bytes === undefined) throw new Error("there is no such file");
      brand[what] = drawn(bytes);
    } catch (error) {
      mistakes.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { brand, mistakes };
}

type Of = { log: object; config: Config };
const learnt = perCastor(() => ({
  brand: noBrand,
  mistakes: [] as string[],
  /** The newest reading; nobody publishes before the first is over. */
  reading: undefined as Promise<unknown> | undefined,
}));
/** The brand of a running Castor, as it was read last. */
export const brandNow = (read: Pick<Of, "log">): Brand => learnt(read).brand;

/** Reads it anew, one reading after the other: whether it is another one, and mistakes that were not there the last time. */
export function learnBrand(
  read: Of,
  files: Files,
): Promise<{ isChanged: boolean; mistakes: string[] }> {
  const known = learnt(read);
  const reading = (known.reading ?? Promise.resolve()).then(async () => {
    const { brand, mistakes } = await readBrand(read.config, files);
    const isChanged = !Bun.deepEquals(brand, known.brand);
    const fresh = mistakes.filter((each) => !known.mistakes.includes(each));
    Object.assign(known, { brand, mistakes });
    return { isChanged, mistakes: fresh };
  });
  known.reading = reading;
  return reading;
}

/** Once it was read. */
export async function brandLearnt(read: Of, files: Files): Promise<Brand> {
  await (learnt(read).reading ?? learnBrand(read, files));
  return brandNow(read);
}
