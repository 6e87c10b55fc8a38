import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Api, Refused, Unreachable } from "../api.ts";
import type { Plan } from "./plan.ts";

const lookAgainMs = 100;

/** A way in; `path` belongs behind the console's address. */
export type Link = { path?: string; link?: string };

/**
 * Waits until control answers. A link is given only while nobody has an account; later `castor sign-in-link` makes one.
 * Control is asked only once it has written the token of this start: another Castor on its port must not be knocked at.
 */
export async function firstLink(
  { data }: Plan,
  control: Api,
  of: { startedAt: number; signal: AbortSignal },
): Promise<Link | undefined> {
  const run = (name: string): string => join(data, "run", name);
  const isOurs = (): boolean =>
    (statSync(run("local-token"), { throwIfNoEntry: false })?.mtimeMs ?? 0) >= of.startedAt;
  while (!of.signal.aborted) {
    if (isOurs())
      try {
        const { people } = (await control.ask("people.list", {}, of.signal)) as {
          people: unknown[];
        };
        if (people.length > 0) return undefined;
        if (!existsSync(run("sign-in-link")))
          return (await control.act("people.sign-in-link")) as Link;
        return { path: `/sign-in#link=${readFileSync(run("sign-in-link"), "utf8").trim()}` };
      } catch (error) {
        if (of.signal.aborted) return undefined;
        // Wrong token, not ready, somebody else on that port: all of it ends by itself, or control says why not.
        if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
      }
    await Bun.sleep(lookAgainMs);
  }
  return undefined;
}
