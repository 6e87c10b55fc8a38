import type { Change, Equipment } from "./place.ts";

/** Places in memory, by the names of targets, that can be told to fail. */
export function memoryPlaces() {
  const files = new Map<string, Map<string, string>>();
  const written: { target: string; paths: string[] }[] = [];
  const broken = new Map<string, string>();
  const at = (target: string): Map<string, string> => {
    const there = files.get(target) ?? new Map<string, string>();
    files.set(target, there);
    return there;
  };
  const texts = new Map<string, string>();
  const equipment: Equipment = {
    files: {
      at: (path) => path,
      read: (path) => Promise.resolve(texts.get(path)),
      readBytes: (path) => {
        const text = texts.get(path);
        return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
      },
    },
    placeOf: (target) =>
      Promise.resolve({
        read: (path) => Promise.resolve(at(target).get(path)),
        write: (changes: readonly Change[]) => {
          const why = broken.get(target);
          if (why !== undefined) return Promise.reject(new Error(why));
          written.push({ target, paths: changes.map(({ path }) => path) });
          for (const { path, file } of changes)
            if (file) at(target).set(path, file.body);
            else at(target).delete(path);
          return Promise.resolve();
        },
      }),
  };
  return { equipment, texts, files: at, written, broken };
}
