import { type Effects, isRefusal } from "#kernel";
import { silence } from "../alerts/contract.ts";
import type { Deed } from "./channel/message.ts";
import { channelName, type Config } from "./config.ts";
import { acknowledge, escalate } from "./escalation/decide.ts";
import type { Page } from "./escalation/page.ts";
import { pagesView } from "./escalation/pages.ts";
import { onOpenPage } from "./verbs.ts";

const silencedFor = "1h";

async function silenceFor(
  fx: Effects<Config>,
  { about, page }: Page,
  person: string,
): Promise<void> {
  const match = Object.entries(about.labels).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
  if (match.length === 0) return;
  const reason = `Silenced from the page ${page} by ${person}`;
  const no = await fx.order(silence, { match, for: silencedFor, reason });
  if (isRefusal(no)) fx.note(`a silence was refused: ${no.detail}`);
}

/** Does what somebody tapped, wherever they tapped it. Twice is as once, but for calling the next step. */
export async function perform(
  fx: Effects<Config>,
  { deed, page: id, by, via }: { deed: Deed; page: string; by: string; via: string },
): Promise<string> {
  const page = fx.view(pagesView).pages[id];
  if (!page || page.phase === "resolved") return "It is over.";
  if (deed === "escalate") {
    await onOpenPage(fx, id, escalate);
    return "The next step is called.";
  }
  await onOpenPage(fx, id, (known, facts) => acknowledge(known, { by, via }, facts));
  if (deed === "silence") await silenceFor(fx, page, by);
  const now = fx.view(pagesView).pages[id]?.acknowledgedBy ?? by;
  return deed === "silence" ? "It is silenced for an hour." : `${now} sees to it.`;
}

/** Whose channel this is, by where it leads; else what the far side calls them. */
export function personAt(
  { people }: Config,
  leadsTo: (to: Config["people"][string]["channels"][number]) => boolean,
  otherwise: string,
): { person: string; channel: string } {
  for (const [person, { channels }] of Object.entries(people))
    for (const each of channels) if (leadsTo(each)) return { person, channel: channelName(each) };
  return { person: otherwise, channel: otherwise.split(":")[0] ?? otherwise };
}
