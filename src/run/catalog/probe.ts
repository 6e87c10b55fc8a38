import type { Effects } from "#kernel";
import type { CheckResult } from "./health.ts";

export type Probe = { host: string; port: number; path?: string; timeoutMs: number };

/** Asks an instance how it is: a GET when there is a path, else whether it accepts a connection. */
export async function probe(
  of: Probe,
  fx: Pick<Effects, "net" | "now" | "signal">,
): Promise<CheckResult> {
  const at = fx.now;
  const done = (ok: boolean, says: string): CheckResult => ({ at, ok, says, tookMs: fx.now - at });
  try {
    if (of.path === undefined) {
      await fx.net.connect(of);
      return done(true, `it accepts connections on port ${of.port}`);
    }
    const host = of.host.includes(":") ? `[${of.host}]` : of.host;
    const answer = await fx.net.fetch(`http://${host}:${of.port}${of.path}`, {
      redirect: "manual",
      keepalive: false, // Whether it takes new visitors is the question.
      headers: { "user-agent": "Castor health check" },
      signal: AbortSignal.any([fx.signal, AbortSignal.timeout(of.timeoutMs)]),
    });
    await answer.body?.cancel();
    const isWell = answer.status >= 200 && answer.status < 400;
    return done(isWell, `GET ${of.path} was answered ${answer.status}`);
  } catch (error) {
    return done(false, inWords(error, of));
  }
}

function inWords(error: unknown, { timeoutMs, port }: Probe): string {
  const { name, message, code } = error as Error & { code?: string };
  if (name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  const isRefused = code === "ECONNREFUSED" || /refused|unable to connect/i.test(message);
  return isRefused ? `nobody accepts connections on port ${port}` : message;
}
