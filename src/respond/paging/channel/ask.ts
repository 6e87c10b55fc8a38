import type { Millis } from "#kernel";
import { answerWithinMs, type Failure, type Reach } from "./channel.ts";

const retryAfterMsMax: Millis = 15 * 60_000;
const shownCharsMax = 200;
/** Of an answer no more is read; what a channel needs from it stands at its beginning. */
const answerBytesMax = 64_000;

export type Asked = { status: number; body: string } | Failure;

const neverConnected = new Set(["ConnectionRefused", "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Asks a far side over HTTP; what is no 2xx is a failure that says whether sending it again can help. */
export async function ask(
  { net, sleep, now }: Pick<Reach, "net" | "sleep" | "now">,
  url: string,
  init: { method?: string; headers?: Record<string, string>; body: string },
): Promise<Asked> {
  const late = new AbortController();
  const host = hostOf(url);
  const asking = (async (): Promise<Asked> => {
    const answer = await net.fetch(url, {
      method: "POST",
      ...init,
      // A redirect would take what is secret to a place that nobody named.
      redirect: "manual",
      signal: late.signal,
    });
    const body = await beginningOf(answer);
    return answer.ok ? { status: answer.status, body } : failed(answer, body, host, now);
  })();
  const timeout = sleep(answerWithinMs).then((): Asked => ({
    ...maybe(`${host} said nothing for ${answerWithinMs / 1_000} s`),
    mayHaveArrived: true,
  }));
  try {
    return await Promise.race([asking, timeout]);
  } catch (error) {
    const code = codeOf(error);
    // A line that was never there carried nothing; one that broke may have carried all of it.
    const mayHaveArrived = !neverConnected.has(code);
    return { ...maybe(`${host} cannot be reached (${code})`), mayHaveArrived };
  } finally {
    late.abort();
    asking.catch(() => undefined);
  }
}

export const isFailure = (asked: Asked): asked is Failure => "accepted" in asked;

/** A failure that may pass. */
export const maybe = (why: string, retryAfterMs?: Millis): Failure => ({
  ...{ accepted: false, why, isFinal: false },
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
/** A failure that stays. */
export const never = (why: string): Failure => ({
  accepted: false,
  why,
  isFinal: true,
});

/** Only the host: the rest of an address is often the secret. */
function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "the address";
  }
}

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "no connection";
};

async function beginningOf(answer: Response): Promise<string> {
  if (answer.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of answer.body) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) break;
  }
  return text;
}

function failed(answer: Response, body: string, host: string, now: Millis): Asked {
  const { status } = answer;
  const said = body.replaceAll(/\s+/g, " ").slice(0, shownCharsMax);
  const why = `${host} answered ${status}${said === "" ? "" : `: ${said}`}`;
  const passes = status === 408 || status === 425 || status === 429 || status >= 500;
  if (!passes) return never(why);
  return maybe(why, retryAfterOf(answer.headers.get("retry-after"), body, now));
}

/** Seconds or a date in the header, or `retry_after` in the body (Discord, Telegram). */
function retryAfterOf(header: string | null, body: string, now: Millis): Millis | undefined {
  const inBody = /"retry_after"\s*:\s*(\d+(?:\.\d+)?)/.exec(body)?.[1];
  const seconds = Number(header ?? inBody ?? Number.NaN);
  const ms = Number.isNaN(seconds) ? Date.parse(header ?? "") - now : seconds * 1_000;
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.min(ms, retryAfterMsMax);
}

/** Reads JSON, or undefined. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
