import type { Effects } from "#kernel";
import { matching } from "../../runbooks/contract.ts";
import type { Config } from "../config.ts";
import { runbookOf } from "../delivery/compose.ts";
import type { Page } from "../escalation/page.ts";

/** What to read: its name, where it is, and why this one. */
export type Book = { title: string; href: string; why: string };

const textCharsMax = 2_000;

/** The runbook that the alert names; else the surest that is found by alert, labels, service or likeness. */
export async function bookOf(
  fx: Pick<Effects<Config>, "ask" | "note">,
  page: Page,
): Promise<Book | undefined> {
  const { labels, service, title, annotations } = page.about;
  const named = runbookOf(page);
  if (named !== undefined)
    return { title: "Open the runbook", href: named, why: "The alert names it." };
  const alert = labels["alertname"];
  try {
    const { runbooks } = await fx.ask(matching, {
      ...{
        services: service === null ? [] : [service],
        alerts: alert === undefined ? [] : [alert],
      },
      ...{ labels, text: `${title} ${annotations["description"] ?? ""}`.slice(0, textCharsMax) },
      limit: 1,
    });
    const [found] = runbooks;
    if (!found) return undefined;
    const { runbook, steps, says } = found;
    const known = Object.entries({ runbook, service, alert: alert ?? null });
    const about = known.filter((each): each is [string, string] => each[1] !== null);
    return {
      title: found.title,
      href: `/runbooks?${new URLSearchParams(about)}`,
      why: `It ${says}${steps === 0 ? "" : steps === 1 ? ", one step" : `, ${steps} steps`}.`,
    };
  } catch (why) {
    // Whoever was woken sees the page, whatever became of the shelf.
    fx.note(`No runbook was found for ${page.page}: ${String(why)}`);
    return undefined;
  }
}
