import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Api, Refused, Unreachable } from "../api.ts";
import { askPlaces, type Places } from "./places.ts";
import type { Plan } from "./plan.ts";

const lookAgainMs = 100;

/** A way in; `path` belongs behind the console's address. */
export type Link = { path?: string; link?: string };
/** What a started control is asked first. A link is given only while nobody has an account; later `castor sign-in-link` makes one. */
type FirstAnswers = { places: Places; link: Link | undefined };

/**
 * Waits until control answers; undefined when told to stop waiting. Control is asked only once it has written the token of this
 * start: another Castor on its port must not be knocked at.
 */
export async function firstAnswers(
  { data }: Plan,
  control: Api,
  of: { startedAt: number; signal: AbortSignal },
): Promise<FirstAnswers | undefined> {
  const run = join(data, "run");
  const isOurs = (): boolean =>
    (statSync(join(run, "local-token"), { throwIfNoEntry: false })?.mtimeMs ?? 0) >= of.startedAt;
  while (!of.signal.aborted) {
    if (isOurs())
      try {
        const link = await wayIn(run, control, of.signal);
        return { places: await askPlaces(control), link };
      } catch (error) {
        if (of.signal.aborted) return undefined;
        // Wrong token, not ready, somebody else on that port: all of it ends by itself, or control says why not.
        if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
      }
    await Bun.sleep(lookAgainMs);
  }
  return undefined;
}

async function wayIn(run: string, control: Api, signal: AbortSignal): Promise<Link | undefined> {
  const { people } = (await control.ask("people.list", {}, signal)) as { people: unknown[] };
  if (people.length > 0) return undefined;
  const kept = join(run, "sign-in-link");
  if (!existsSync(kept)) return (await control.act("people.sign-in-link")) as Link;
  return { path: `/sign-in#link=${readFileSync(kept, "utf8").trim()}` };
}
