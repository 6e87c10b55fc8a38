import {
  type Effects,
  type Event,
  isRefusal,
  type Read,
  type Refusal,
  Turns,
  perCastor,
} from "#kernel";
import { current } from "../../on-call/contract.ts";
import { configNow } from "../chosen/chosen.ts";
import type { Config } from "../config.ts";
import type { Known } from "./decide.ts";
import type { Page } from "./page.ts";
import { pagesView } from "./pages.ts";
import { planOf, type Rota } from "./plan.ts";

/** Where those who decide about the same page or person wait for each other. */
export const turnsOf = perCastor(() => new Turns());

export const pageStream = (page: string): string => `pages/${page}`;

/** Who is on call in each team right now. */
export const rotaNow = async ({ ask }: Pick<Read, "ask">): Promise<Rota> =>
  (await ask(current, {})).teams;

/** Decides about one page on what is true now, and records it: one at a time, so that no two calls have the same number. */
export async function decideOn(
  fx: Effects<Config>,
  page: string,
  decide: (page: Page | undefined, known: Known) => readonly Event[] | Refusal,
): Promise<readonly Event[] | Refusal> {
  return await turnsOf(fx).take(`page ${page}`, async () => {
    const rota = await rotaNow(fx);
    const { now } = fx;
    const config = configNow(fx);
    const planFor: Known["planFor"] = ({ receiver, urgency, assigned }) =>
      planOf(config, rota, { receiver, urgency, now, assigned: assigned ?? undefined });
    const decided = decide(fx.view(pagesView).pages[page], { now, planFor });
    if (isRefusal(decided) || decided.length === 0) return decided;
    await fx.record(pageStream(page), decided);
    return decided;
  });
}
