import { readFileSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

const settleMs = 100;
const pollMs = 1000;

/** The file's text after a change, or none when it is gone. */
export type Changed = (text: string | undefined) => void | Promise<void>;

/** The text of a file, or none when it is not there (or cannot be read). */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Calls back when the content of a file is another, however an editor writes it (in place, rename over, delete and create).
 * It watches the folder, because a watch on the file would follow the old inode, and looks again now and then, because
 * network and container file systems tell nothing.
 * `known` is what the caller has read already: a change since then counts.
 */
export function watchConfig(
  file: string,
  onChange: Changed,
  known: string | undefined = textOf(file),
): { close(): Promise<void> } {
  let seen = known;
  let work: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const look = (): void => {
    work = work
      .then(async () => {
        const text = textOf(file);
        if (closed || text === seen) return;
        seen = text;
        await onChange(text);
      })
      // A change that could not be taken over must not end the watching.
      .catch((error: unknown) => void process.stderr.write(`${file}: ${String(error)}\n`));
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
