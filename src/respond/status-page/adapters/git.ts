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

/**
 * A branch of a git repository, as pages hosts serve it. The branch holds one commit, replaced at each publication: a page that
 * is alive each minute would otherwise leave half a million commits a year. A branch that holds anything else is refused.
 */
export function git(
  target: TargetOf<"git">,
  of: { machine: Machine; folder: string; signal: AbortSignal },
): Place {
  const { url, branch } = target;
  const env = doors(target);
  const call = async (args: readonly string[], input = ""): Promise<string> => {
    const command = ["git", "--git-dir", of.folder, ...args] as const;
    return (await of.machine.run(command, { signal: of.signal, env, input })).trimEnd();
  };
  const known = (what: string): Promise<string> =>
    call(["rev-parse", "--verify", "--quiet", what]).catch(() => "");
  /** Brings the branch here; false where there is none yet. */
  const fetchTip = async (): Promise<boolean> => {
    const init = ["git", "init", "--quiet", "--bare", "--", of.folder] as const;
    await of.machine.run(init, { signal: of.signal, env });
    const isThere = (await call(["ls-remote", "--", url, `refs/heads/${branch}`])) !== "";
    if (isThere)
      await call([
        ...["fetch", "--quiet", "--depth=1", "--force"],
        ...["--", url, `refs/heads/${branch}:${tip}`],
      ]);
    else await call(["update-ref", "-d", tip]);
    return isThere;
  };
  return {
    async read(path) {
      if (!(await fetchTip())) return undefined;
      const names = (await call(["ls-tree", "--name-only", tip])).split("\n");
      if (!names.includes(pulsePath))
        throw new Error(
          `the branch ${branch} holds something else; name a branch for the page alone`,
        );
      return names.includes(path) ? await call(["show", `${tip}:${path}`]) : undefined;
    },
    async write(changes) {
      const [before, tree] = [await known(tip), await known(`${tip}^{tree}`)];
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
    },
  };
}
