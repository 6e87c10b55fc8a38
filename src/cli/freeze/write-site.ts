import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { TarFile } from "../../absorb/freeze/export/tar.ts";
import { Failure } from "../command.ts";

/** Lies in every folder that an export wrote, so that only such a one is ever replaced. */
const marker = ".castor-export";

export type Written = Map<string, Uint8Array>;

/** Writes a static site: beside the folder first, and in its place once it is whole. Nothing outside is touched. */
export async function writeSite(folder: string, files: AsyncIterable<TarFile>): Promise<Written> {
  const target = resolve(folder);
  refuseForeign(target);
  const fresh = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
  const written: Written = new Map();
  rmSync(fresh, { recursive: true, force: true });
  try {
    mkdirSync(fresh, { recursive: true });
    for await (const { path, body } of files) {
      const place = placeWithin(fresh, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, body, { flag: "wx" });
      written.set(path, body);
    }
    writeFileSync(
      join(fresh, marker),
      "Written by castor freeze export; the next export replaces this folder.\n",
    );
    const old = `${fresh}.old`;
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
    rmSync(old, { recursive: true, force: true });
    return written;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function refuseForeign(target: string): void {
  if (!existsSync(target)) return;
  const entries = readdirSync(target);
  if (entries.length === 0 || entries.includes(marker)) return;
  throw new Failure(
    `${target} is not empty, and no export has written it.`,
    "Name a new folder: what lies in this one would be replaced.",
  );
}

/** The file within the folder; throws for every path that would lead out of it. */
export function placeWithin(folder: string, path: string): string {
  const place = resolve(folder, path);
  const isWithin = place.startsWith(resolve(folder) + sep);
  if (isWithin && path !== "" && !path.includes("\0") && !path.includes("\\")) return place;
  throw new Failure(`The archive names ${JSON.stringify(path)}, which lies outside of the folder.`);
}
