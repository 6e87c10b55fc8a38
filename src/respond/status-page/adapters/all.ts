import type { Machine } from "#kernel";
import type { Equipment } from "../publish/place.ts";

type Files = { key?: string | undefined; knownHosts?: string | undefined };

/** Each loaded when a page is first published there. */
export const placesOn = (machine: Machine): Equipment => {
  const found = <T extends Files>({ key, knownHosts, ...rest }: T) => ({
    ...rest,
    key: key === undefined ? undefined : machine.at(key),
    knownHosts: knownHosts === undefined ? undefined : machine.at(knownHosts),
  });
  return {
    files: machine,
    async placeOf(name, target, signal) {
      switch (target.kind) {
        case "directory":
          return (await import("./directory.ts")).directory(machine.at(target.path), machine);
        case "s3":
          return (await import("./s3.ts")).s3(target, { net: machine.net, signal });
        case "webdav":
          return (await import("./webdav.ts")).webdav(target, { net: machine.net, signal });
        case "ssh": {
          const to = { ...target, ...found(target), key: machine.at(target.key) };
          return (await import("./ssh.ts")).ssh(to, machine, signal);
        }
        case "git": {
          const folder = machine.own(`status-page/${name}.git`);
          const to = { ...target, ...found(target) };
          return (await import("./git.ts")).git(to, { machine, folder, signal });
        }
      }
    },
  };
};
