import type { Machine } from "#kernel";
import type { Change, Place } from "../publish/place.ts";
import { pulsePath } from "../render/bundle.ts";
import type { TargetOf } from "../publish/targets.ts";
import { sshOptions } from "./ssh-options.ts";

const tip = "refs/castor/tip";
const next = "refs/castor/next";

/** What a child process needs to get in; never an argument, which anybody on the machine can read. */
function doors({ url, user, token, key, knownHosts }: TargetOf<"git">): Record<string, string> {
  const quoted = sshOptions({ key, knownHosts }).map((each) => `'${each.replaceAll("'", "")}'`);
  const basic = Buffer.from(`${user}:${token ?? ""}`).toString("base64");
  return {
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    // Nothing but what a page is published by: `ext::` would run programs.
    GIT_ALLOW_PROTOCOL: "file:https:http:ssh:git",
    GIT_SSH_COMMAND: `ssh ${quoted.join(" ")}`,
    ...(token === undefined
      ? {}
      : {
          GIT_CONFIG_COUNT: "1",
          GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
          GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
        }),
  };
}

/** As `git fast-import` reads it. */
const data = (body: string): string => `data ${Buffer.byteLength(body)}\n${body}\n`;

/** A commit without a parent: what stood on the branch (`before`, a tree) with these changes. */
function commitOf(changes: readonly Change[], of: { before: string; seconds: number }): string {
  const who = `Castor <castor@localhost> ${of.seconds} +0000`;
  const lines = [
    `commit ${next}\nauthor ${who}\ncommitter ${who}\n${data("The status page\n")}`,
    of.before === "" ? "" : `M 040000 ${of.before} ""\n`,
    ...changes.map(({ path, file }) =>
      file === undefined ? `D ${path}\n` : `M 100644 inline ${path}\n${data(file.body)}`,
    ),
  ];
  return `${lines.join("")}done\n`;
}

type Here = { machine: Machine; folder: string; signal: AbortSignal };

/** What of the branch is on this machine. */
function cloneOf(target: TargetOf<"git">, of: Here) {
  const { url, branch } = target;
  const env = doors(target);
  const call = async (args: readonly string[], input = ""): Promise<string> => {
    const command = ["git", "--git-dir", of.folder, ...args] as const;
    return (await of.machine.run(command, { signal: of.signal, env, input })).trimEnd();
  };
  const known = (what: string): Promise<string> =>
    call(["rev-parse", "--verify", "--quiet", what]).catch(() => "");
  /** What the far side said no to; the folder here has no part in it. */
  let refused: unknown;
  /** Brings the branch here; false where there is none yet. */
  const fetchTip = async (): Promise<boolean> => {
    const init = ["git", "init", "--quiet", "--bare", "--", of.folder] as const;
    await of.machine.run(init, { signal: of.signal, env });
    const listed = await call(["ls-remote", "--", url, `refs/heads/${branch}`]).catch(
      (error: unknown) => {
        refused = error;
        throw error;
      },
    );
    if (listed === "") await call(["update-ref", "-d", tip]);
    else
      await call([
        ...["fetch", "--quiet", "--depth=1", "--force"],
        ...["--", url, `refs/heads/${branch}:${tip}`],
      ]);
    return listed !== "";
  };
  /** One that a crash left broken (a lock, half an object) goes: it is only a cache. */
  const throwAway = async (error: unknown): Promise<void> => {
    if (of.signal.aborted || error === refused) throw error;
    await of.machine.run(["rm", "-rf", "--", of.folder], { signal: of.signal });
  };
  return { call, known, fetchTip, throwAway };
}

/**
 * A branch of a git repository, as pages hosts serve it. The branch holds one commit, replaced at each publication: a page that
 * is alive each minute would otherwise leave half a million commits a year. A branch that holds anything else is refused.
 */
export function git(target: TargetOf<"git">, of: Here): Place {
  const { url, branch } = target;
  const { call, known, fetchTip, throwAway } = cloneOf(target, of);
  const shown = async (path: string): Promise<{ names: string[]; text?: string } | undefined> => {
    if (!(await fetchTip())) return undefined;
    const names = (await call(["ls-tree", "--name-only", tip])).split("\n");
    return names.includes(path)
      ? { names, text: await call(["show", `${tip}:${path}`]) }
      : { names };
  };
  const replace = async (changes: readonly Change[], before: string): Promise<void> => {
    const tree = before === "" ? "" : await call(["rev-parse", "--verify", `${tip}^{tree}`]);
    const seconds = Math.floor(of.machine.now() / 1_000);
    await call(["update-ref", "-d", next]);
    await call(
      ["fast-import", "--quiet", "--force", "--date-format=raw"],
      commitOf(changes, { before: tree, seconds }),
    );
    await call([
      ...["push", "--quiet", `--force-with-lease=refs/heads/${branch}:${before}`],
      ...["--", url, `${next}:refs/heads/${branch}`],
    ]);
    await call(["update-ref", tip, next]);
    await call(["gc", "--auto", "--quiet", "--prune=now"]);
  };
  return {
    async read(path) {
      const found = await shown(path).catch(async (error: unknown) => {
        await throwAway(error);
        return await shown(path);
      });
      if (found?.names.includes(pulsePath) === false)
        throw new Error(
          `the branch ${branch} holds something else; name a branch for the page alone`,
        );
      return found?.text;
    },
    async write(changes) {
      const before = await known(tip);
      await replace(changes, before).catch(async (error: unknown) => {
        await throwAway(error);
        await fetchTip();
        // What changed there meanwhile has to be read before it is written over.
        if ((await known(tip)) !== before) throw error;
        await replace(changes, before);
      });
    },
  };
}
