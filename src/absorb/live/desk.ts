import type { Effects } from "#kernel";
import type * as z from "zod";
import type { Config } from "./config.ts";
import { consented, finalistSubject, withdrawn } from "./contract/facts.ts";
import type { DeskAnswer, DeskRequest, PublishedAnswer } from "./contract/orders.ts";
import { rehearsalEnd } from "./contract/show.ts";
import { showOfRun } from "./picture.ts";
import { present } from "./present.ts";
import { publishedOf, stream } from "./show.ts";

type Fx = Effects<Config>;
/** Keys of what finalists told. Given to Castor as equipment `sealer`. */
type Sealer = { erase(subject: string): boolean };
type Finalist = { show: string; run: number; index: number; nth: number };

/** A finalist may change their mind so often; each time stays in the log as a fact without content. */
const agreementsMax = 5;

/** Drops the key of what a finalist told: the log cannot read it any more. */
export async function withdraw(fx: Fx, of: Finalist, why: "asked" | "time"): Promise<void> {
  const { show, run, index } = of;
  fx.equipment<Sealer>("sealer").erase(finalistSubject(of));
  await fx.record(stream, [withdrawn({ show, at: fx.now, run, index, why })], {
    id: `live.withdrawn/${finalistSubject(of)}`,
  });
}

/** Of a rehearsal that was removed together with its show: no fact of it may follow. */
export function dropKeys(
  fx: Fx,
  { show, agreed }: { show: string; agreed: readonly Omit<Finalist, "show">[] },
): void {
  for (const finalist of agreed)
    fx.equipment<Sealer>("sealer").erase(
      finalistSubject({ ...finalist, show: `${show}${rehearsalEnd}` }),
    );
}

/** What nodes ask for those who play or look. */
export async function answerAtDesk(
  request: DeskRequest,
  fx: Fx,
): Promise<DeskAnswer | z.infer<typeof PublishedAnswer>> {
  if (request.do !== "published") return await answerFinalist(request, fx);
  const [, state] = showOfRun(fx.view(present), request.run) ?? [];
  const id = state?.definition?.shape.questions[request.question]?.id;
  return state && id !== undefined ? (publishedOf(state, id) ?? null) : null;
}

const no = (why: string): DeskAnswer => ({ ok: false, why });

/**
 * Consent of somebody in the final ranking: only then is anything personal stored, sealed, until they withdraw or the time
 * is over. Nodes ask, having checked the token: nobody speaks for another one's index.
 */
async function answerFinalist(
  request: Exclude<DeskRequest, { do: "published" }>,
  fx: Fx,
): Promise<DeskAnswer> {
  const { index } = request;
  const found = showOfRun(fx.view(present), request.run);
  const finalists = found?.[1].finalists ?? [];
  if (found === undefined || !finalists.some((each) => each.index === index))
    return no("Only those in the final ranking are asked who they are.");
  const [show, { run, forgetAt = 0, agreed, agreements }] = found;
  const before = agreed.find((each) => each.index === index);
  if (request.do === "withdraw") {
    if (before) await withdraw(fx, { show, run, ...before }, "asked");
    return { ok: true };
  }
  if (fx.now >= forgetAt) return no("The time for this is over.");
  if (before !== undefined) return { ok: true };
  const nth = (agreements[index] ?? 0) + 1;
  if (nth > agreementsMax) return no("You have changed your mind too often.");
  const { name, contact } = request;
  const fact = consented({ show, at: fx.now, run, index, nth, name, contact });
  await fx.record(stream, [fact], { id: `live.consented/${finalistSubject(fact.data)}` });
  return { ok: true };
}
