import type { Machine } from "#kernel";
import { type Change, type Place, readBytesMax } from "../publish/place.ts";
import type { TargetOf } from "../publish/targets.ts";
import { sshOptions } from "./ssh-options.ts";

const besideName = ".castor-new";

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** As the batch of an `sftp`; a dash before a line lets it fail. `copies` holds the files by their number. */
function batchOf(changes: readonly Change[], root: string, copies: string): string[] {
  const lines: string[] = [];
  const made = new Set([""]);
  const makeFolder = (path: string): void => {
    if (made.has(path)) return;
    makeFolder(folderOf(path));
    made.add(path);
    lines.push(`-mkdir "${path}"`);
  };
  for (const [at, { path, file }] of changes.entries()) {
    const to = `${root}/${path}`;
    makeFolder(folderOf(to));
    const beside = `${folderOf(to)}/${besideName}`;
    if (file === undefined) lines.push(`-rm "${to}"`);
    else lines.push(`put "${copies}/${at}" "${beside}"`, `rename "${beside}" "${to}"`);
  }
  return lines;
}

/**
 * A folder of a machine with an SSH server. By OpenSSH's `sftp`, which needs nothing on the other side and renames over what
 * stands there, as neither `scp` nor a plain `rsync` promises.
 */
export function ssh(target: TargetOf<"ssh">, machine: Machine, signal: AbortSignal): Place {
  const { host, port, user, path: root } = target;
  const sftp = (lines: readonly string[]): Promise<string> =>
    machine.run(
      [
        ...(["sftp", "-q", "-b", "-", "-P", String(port)] as const),
        ...[...sshOptions(target), "--", `${user}@${host}`],
      ],
      { signal, input: `${lines.join("\n")}\n` },
    );
  return {
    read: (path) =>
      machine.scratch(async (folder) => {
        // It may not be there; that the server lets us in, `pwd` has shown.
        await sftp(["pwd", `-get "${root}/${path}" "${folder}/copy"`]);
        return await machine.read(`${folder}/copy`, { bytesMax: readBytesMax });
      }),
    write: (changes) =>
      machine.scratch(async (folder) => {
        for (const [at, { file }] of changes.entries())
          if (file) await machine.put(`${folder}/${at}`, file.body);
        await sftp(batchOf(changes, root, folder));
      }),
  };
}
