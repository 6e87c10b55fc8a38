import type { Machine } from "#kernel";
import { type Place, readBytesMax } from "../publish/place.ts";

/** A folder of this machine. */
export function directory(root: string, machine: Machine): Place {
  return {
    read: (path) => machine.read(`${root}/${path}`, { bytesMax: readBytesMax }),
    async write(changes) {
      for (const { path, file } of changes)
        if (file === undefined) await machine.remove(`${root}/${path}`);
        else await machine.put(`${root}/${path}`, file.body);
    },
  };
}
