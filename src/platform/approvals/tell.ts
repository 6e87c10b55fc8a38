import { type Effects, type EventOf, isRefusal, type Refusal, view, type View } from "#kernel";
import { consoleOpened } from "../console/contract.ts";
import { send as sendMail } from "../mail/contract.ts";
import { noDevice, send as tellDevices } from "../push/contract.ts";
import type { Config } from "./config.ts";
import type { asked } from "./contract.ts";
import { sealGrant } from "./link.ts";
import { linkKey } from "./vault.ts";
import { others } from "./who.ts";

/** Where the console was opened last. */
export const consoleAt: View<string | null> = view<string | null, typeof consoleOpened>(
  "approvals.console",
  { from: [consoleOpened], empty: () => null, apply: (_, { event }) => event.data.url },
);

/** More people than this do not need to be woken for one decision. */
const toldMax = 20;

/** Who was not told is in the process log: an approval that nobody heard of runs out. */
const noteOf = (fx: Effects<Config>, way: string, { problem, detail }: Refusal): void =>
  fx.note(`Somebody was not told by ${way} that an approval waits: ${problem.title}. ${detail}`);

/** Tells those who could approve it: on their devices, or by a letter where they have none. Each gets a link of their own. */
export async function tell(fx: Effects<Config>, of: EventOf<typeof asked>["data"]): Promise<void> {
  const site = fx.view(consoleAt);
  if (site === null || fx.now >= of.expiresAt) return;
  const key = await linkKey(fx);
  for (const { id: person, email } of others(fx, of).slice(0, toldMax)) {
    const url = `${site}/in/approval/${sealGrant(key, { approval: of.approval, person })}`;
    const id = `approval/${of.approval}/${person}`;
    const title = `Approve? ${of.verb}: ${of.name}`;
    const no = await fx.order(tellDevices, {
      ...{ id, account: person, title, url, urgency: "high", thread: of.approval },
      body: `Somebody wants to do what destroys something. Lost: ${of.what}`,
      ttlSeconds: Math.ceil((of.expiresAt - fx.now) / 1_000),
    });
    if (!isRefusal(no)) continue;
    if (no.problem.type !== noDevice.type) noteOf(fx, "devices", no);
    const lost = await fx.order(sendMail, {
      ...{ id, to: email, purpose: "approvals.asked", isUrgent: true, until: of.expiresAt },
      subject: title,
      text: `Somebody wants to do what destroys something, and needs a second person.\n\n${of.verb}: ${of.name}\nLost: ${of.what}\n\nSee what it is, and approve it: ${url}\n\nIf you do not agree, let it be, or refuse it in the console: ${site}/approvals\n`,
    });
    if (isRefusal(lost)) noteOf(fx, "mail", lost);
  }
}
