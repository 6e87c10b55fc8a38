import { Duration, type Effects } from "#kernel";
import * as z from "zod";

const pathsMax = 200;

export const WarmUp = z
  .object({
    paths: z
      .array(z.string().startsWith("/", 'Write a path such as "/"'))
      .min(1)
      .max(pathsMax)
      .describe("Asked with GET, in this order, before visitors come."),
    concurrency: z.number().int().min(1).max(32).default(2).describe("So many at once."),
    timeout: Duration.prefault("20s").describe(
      "After so long visitors come all the same; a warm-up is no check.",
    ),
    host: z
      .string()
      .min(1)
      .optional()
      .describe("The Host header, for a service that answers by it."),
  })
  .strict();
export type WarmUp = z.infer<typeof WarmUp>;

/** Asks a new instance for what visitors will ask; says how that went. Control does it, once for each start of an instance. */
export async function warmUp(
  at: { host: string; port: number },
  { paths, concurrency, timeout, host }: WarmUp,
  fx: Pick<Effects, "net" | "now" | "signal">,
): Promise<string> {
  const startedAt = fx.now;
  const signal = AbortSignal.any([fx.signal, AbortSignal.timeout(timeout)]);
  const name = at.host.includes(":") ? `[${at.host}]` : at.host;
  let answered = 0;
  const ask = async (path: string): Promise<void> => {
    try {
      const answer = await fx.net.fetch(`http://${name}:${at.port}${path}`, {
        redirect: "manual",
        headers: { "user-agent": "Castor warm-up", ...(host === undefined ? {} : { host }) },
        signal,
      });
      await answer.arrayBuffer();
      if (answer.status < 500) answered++;
    } catch {
      // Whatever is wrong there, the checks will say.
    }
  };
  const left = [...paths];
  const lane = async (): Promise<void> => {
    for (let path = left.shift(); path !== undefined && !signal.aborted; path = left.shift())
      await ask(path);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return `warmed up with ${answered} of ${paths.length} requests in ${fx.now - startedAt} ms`;
}
