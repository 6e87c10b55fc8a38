import { askPublic, type Effects, NotPublic } from "#kernel";
import type { Config } from "../config.ts";

const answerWithinMs = 10_000;
export type Asked = { ok: true } | { ok: false; why: string; isFinal: boolean; isGone: boolean };

/**
 * A POST to an address that anybody may have given: never into one's own network, unless the configuration allows it or
 * itself names the address (`isOurs`).
 */
export async function askHook(
  fx: Effects<Config>,
  url: string,
  init: { body: string; headers: Record<string, string> },
  { isOurs = false } = {},
): Promise<Asked> {
  const late = new AbortController();
  const failed = (why: string, isFinal = false): Asked => ({
    ...{ ok: false, why, isFinal, isGone: false },
  });
  const of = { ...init, method: "POST", redirect: "manual", signal: late.signal } as const;
  const mayBeInside = isOurs || fx.config.subscribe.allowPrivate;
  const asking = mayBeInside ? fx.net.fetch(url, of) : askPublic(fx.net, url, of);
  try {
    const answer = await Promise.race([asking, fx.sleep(answerWithinMs)]);
    if (!answer) return failed("it said nothing for 10 s");
    await answer.body?.cancel();
    if (answer.ok) return { ok: true };
    const passes = [408, 425, 429].includes(answer.status) || answer.status >= 500;
    const isGone = answer.status === 410;
    return { ...failed(`it answered ${answer.status}`, !passes), isGone } as Asked;
  } catch (error) {
    const isInside = error instanceof NotPublic;
    return failed(isInside ? "it is no address of the internet" : "it cannot be reached", isInside);
  } finally {
    late.abort();
    asking.catch(() => undefined);
  }
}
