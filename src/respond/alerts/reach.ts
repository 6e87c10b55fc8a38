import { type Effects, type Millis, type Read, type Refusal, view } from "#kernel";
import type { Config } from "./config.ts";
import { intakeAway, intakeOpened, type now } from "./contract.ts";
import type * as z from "zod";
import type { Past } from "./intake/history.ts";
import type { BoardNow } from "./intake/now.ts";
import { intakeCluster, type IntakeRequest } from "./intake/topics.ts";
import { untilSaidMs } from "./wire/read.ts";
import type { Labels } from "./model/labels.ts";
import { silenceState } from "./model/silence.ts";
import { silencesView, silenceTurnsView } from "./silences.ts";

const answerWithinMs = 10_000;

/** Whether something of Castor's own was ever wrong. */
export const openedView = view<boolean, typeof intakeOpened>("alerts.opened", {
  from: [intakeOpened],
  empty: () => false,
  apply: () => true,
});
/** Who takes no alerts and had none of their own needs no process for them. */
export const isWanted = (read: Pick<Read<Config>, "config" | "view">): boolean =>
  read.view(openedView) || Object.keys(read.config.intakes).length > 0;

const request = (read: Pick<Read, "bus">, what: IntakeRequest): Promise<unknown> =>
  read.bus.request(intakeCluster.name, what, { timeoutMs: answerWithinMs });

/** What Castor itself says is wrong, from then on. */
export type OwnAlert = { labels: Labels; annotations: Labels; at: Millis };

/** An alert of Castor's own, until `ends` is told of the same labels. Told twice it is once. On disk once it resolves; throws while the outpost is away. */
export async function begins(fx: Effects<Config>, own: OwnAlert): Promise<void> {
  if (!isWanted(fx))
    await fx.record("intake", [intakeOpened({ why: "something of Castor's own is wrong" })], {
      id: "alerts.intake-opened",
    });
  const { labels, annotations, at } = own;
  const of = { labels: { ...labels }, annotations: { ...annotations } };
  const alert = { ...of, startsAt: at, endsAt: at + untilSaidMs };
  await request(fx, { do: "take", alerts: [alert] });
}

/** What has exactly these labels is over; nothing happens where it is not open or began after `at`. */
export async function ends(
  fx: Effects<Config>,
  { labels, at }: Pick<OwnAlert, "labels" | "at">,
): Promise<void> {
  if (isWanted(fx)) await request(fx, { do: "end", labels: { ...labels }, at });
}

/** What came in over a stretch of the past, oldest first. Throws while the outpost is away. */
export async function pastOf(
  read: Read<Config>,
  of: { from: Millis; to: Millis },
): Promise<Past[]> {
  const found: Past[] = [];
  let after: [number, number] | undefined = isWanted(read) ? [-1, -1] : undefined;
  while (after) {
    const page = (await request(read, { do: "past", ...of, after })) as Past[];
    found.push(...page);
    const last = page.at(-1);
    after = last && [last.at, last.row];
  }
  return found;
}

/** What is wrong now, gathered by cause. */
export async function answerNow(
  read: Read<Config>,
): Promise<z.infer<(typeof now)["output"]> | Refusal> {
  const silences = Object.values(read.view(silencesView)).filter(
    (each) => silenceState(each, read.now) !== "expired",
  );
  if (!isWanted(read))
    return { firing: 0, muted: 0, loud: 0, quiet: 0, groups: [], held: [], silences };
  const silenceTurns = read.view(silenceTurnsView);
  try {
    return { ...((await request(read, { do: "now", silenceTurns })) as BoardNow), silences };
  } catch {
    return intakeAway("The keeper starts it again; ask again in a moment.");
  }
}
