import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Objects } from "../../../freeze/cellar/contract.ts";

const hashLength = 64;
/** What nothing names any more stays this long: a worker may just be reading it. */
const graceMs = 10 * 60_000;

export const hashOf = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

/** Files named by the SHA-256 of what is in them, so that snapshots share what did not change. */
export function fileObjects(folder: string): Objects {
  const folderOf = (name: string): string => join(folder, name.slice(0, 2));
  const pathOf = (name: string): string => join(folderOf(name), name);
  let count = 0;
  return {
    put: async (bytes) => {
      const name = hashOf(bytes);
      if (await exists(pathOf(name), bytes.length)) return name;
      await mkdir(folderOf(name), { recursive: true, mode: 0o700 });
      const fresh = `${pathOf(name)}.${process.pid}.${++count}.tmp`;
      const file = await open(fresh, "w", 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(fresh, pathOf(name));
      return name;
    },
    get: (name) => readObject(folder, name),
    sweep: async (keep) => {
      let freed = 0;
      for (const each of await readdir(folder).catch(() => [])) {
        for (const name of await readdir(join(folder, each))) {
          if (keep.has(name)) continue;
          const path = join(folder, each, name);
          const { mtimeMs, size } = await stat(path);
          if (Date.now() - mtimeMs < graceMs) continue;
          await rm(path, { force: true });
          freed += size;
        }
      }
      return freed;
    },
  };
}

/** The bytes of that name; undefined when they are not there, or are not what they were. */
export async function readObject(folder: string, name: string): Promise<Buffer | undefined> {
  if (name.length !== hashLength || !/^[0-9a-f]+$/.test(name)) return undefined;
  const bytes = await readFile(join(folder, name.slice(0, 2), name)).catch(() => undefined);
  return bytes !== undefined && hashOf(bytes) === name ? bytes : undefined;
}

const exists = (path: string, size: number): Promise<boolean> =>
  stat(path).then(
    (found) => found.size === size,
    () => false,
  );
