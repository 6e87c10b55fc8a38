import { action, type Effects, every, isRefusal, type Reaction, type Refusal, view } from "#kernel";
import * as z from "zod";
import { send } from "../../../platform/mail/contract.ts";
import type { Config } from "../config.ts";
import { reportSent } from "../contract.ts";
import { consoleOf, isOpen } from "../project.ts";
import { emptyReport, reportOf } from "./answer.ts";
import { htmlOf } from "./letter.ts";
import { trendOf } from "./markdown.ts";
import { lastDue } from "./schedule.ts";

const lookEveryMs = 60_000;
const days = 7;
/** Whoever was away for longer than this when a report was due does without. */
const lateMsMax = 24 * 3_600_000;
const purpose = "errors.report";

/** When a report was sent by itself last. */
export const reportView = view<{ due: number }, typeof reportSent>("errors.report-sent", {
  from: [reportSent],
  empty: () => ({ due: 0 }),
  apply: (known, { event }) => ({ due: Math.max(known.due, event.data.due ?? 0) }),
});

/** Orders one letter for each reader; ordered again under the same name, it is still one. */
async function mailTo(
  to: readonly string[],
  name: string,
  fx: Effects<Config>,
): Promise<Refusal | undefined> {
  const report = isOpen(fx) ? await reportOf(fx, { days }, undefined) : emptyReport(fx.now, days);
  if (isRefusal(report)) return report;
  const { markdown, ...figures } = report;
  const console = consoleOf(fx);
  for (const each of to) {
    // The id is seen in facts: it names nobody.
    const who = new Bun.CryptoHasher("sha256").update(`${fx.log.epoch}/${each}`).digest("hex");
    const no = await fx.order(send, {
      id: `${purpose}/${name}/${who.slice(0, 16)}`,
      to: each,
      subject: `Errors of the week: ${trendOf(figures.errors)}`,
      text: console === undefined ? markdown : `${markdown}\n${console}/errors\n`,
      html: htmlOf(figures, console),
      purpose,
      thread: purpose,
    });
    if (no) return no;
  }
  return undefined;
}

async function sendIfDue(fx: Effects<Config>): Promise<void> {
  const { to, ...when } = fx.config.report;
  if (to.length === 0) return;
  const due = lastDue(when, fx.now);
  if (due <= fx.view(reportView).due || fx.now - due > lateMsMax) return;
  const no = await mailTo(to, new Date(due).toISOString(), fx);
  if (no) fx.note(`The week's report could not be sent: ${no.detail}`);
  else
    await fx.record("report", [reportSent({ due, readers: to.length })], {
      id: `report/${due}`,
    });
}

export const reportReaction: Reaction = every("errors.report-mail", lookEveryMs, sendIfDue);

export const sendReport = action("errors.send-report", {
  about: "Sends the week's report by e-mail, now; without an address to those of errors.report.to.",
  allow: "responder",
  input: z.object({ to: z.email().max(254).optional() }),
  output: z.object({ letters: z.number() }),
  act: async ({ to }, fx: Effects<Config>) => {
    const readers = to === undefined ? fx.config.report.to : [to];
    const no = await mailTo(readers, fx.id(), fx);
    if (no) return no;
    await fx.record("report", [reportSent({ readers: readers.length })]);
    return { letters: readers.length };
  },
});
