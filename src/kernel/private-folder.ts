import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivateFile } from "./auth/private-file.ts";

/** Files that only this user may read, whole or not there; for keys. */
export type PrivateFolder = {
  read(file: string): string | undefined;
  write(file: string, text: string): void;
  pathOf(file: string): string;
};

export function privateFolder(folder: string): PrivateFolder {
  const pathOf = (file: string): string => {
    if (!/^[a-z0-9][a-z0-9._-]*$/i.test(file))
      throw new Error(`"${file}" cannot be the name of a file here.`);
    return join(folder, file);
  };
  return {
    pathOf,
    read: (file) => {
      try {
        return readFileSync(pathOf(file), "utf8");
      } catch (error) {
        if ((error as { code?: string }).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: (file, text) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writePrivateFile(pathOf(file), text);
    },
  };
}
