import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";

const settleMs = 100;
const pollMs = 1000;

/** The file's text after a change, or none when it is gone. */
export type Changed = (text: string | undefined) => void | Promise<void>;

/**
 * Calls back when the content of a file is another, however an editor writes it (in place, rename over, delete and create).
 * It watches the folder, because a watch on the file would follow the old inode, and looks again now and then, because
 * network and container file systems tell nothing.
 */
export function watchConfig(file: string, onChange: Changed): { close(): Promise<void> } {
  let known: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const read = async (): Promise<{ hash: string; text: string | undefined }> => {
    const text = await readFile(file, "utf8").catch(() => undefined);
    return { text, hash: text === undefined ? "gone" : String(Bun.hash(text)) };
  };
  let work = read().then(({ hash }) => {
    known ??= hash;
  });
  const look = (): void => {
    work = work.then(async () => {
      if (closed) return;
      const { hash, text } = await read();
      if (hash === known) return;
      known = hash;
      await onChange(text);
    });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, settleMs);
  };
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === null || name === basename(file)) soon();
  });
  watcher.on("error", () => undefined); // The folder may vanish; looking now and then goes on.
  const poll = setInterval(look, pollMs);
  poll.unref();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(poll);
      watcher.close();
      await work;
    },
  };
}
