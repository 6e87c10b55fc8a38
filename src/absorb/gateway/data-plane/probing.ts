import type { Instance } from "./instance.ts";
import type { Probe } from "./snapshot.ts";

/** Asks whether an instance is there: a TCP connection that opens, or an HTTP answer below 500. */
export async function probe(instance: Instance, of: Probe): Promise<boolean> {
  return of.path === undefined
    ? probeTcp(instance, of.timeoutMs)
    : probeHttp(instance, of.path, of.timeoutMs);
}

async function probeTcp({ host, port }: Instance, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const late = setTimeout(() => resolve(false), timeoutMs);
  Bun.connect({
    hostname: host,
    port,
    socket: {
      open: (socket) => {
        resolve(true);
        socket.end();
      },
      data: () => {},
      connectError: () => resolve(false),
    },
  }).catch(() => resolve(false));
  const isThere = await promise;
  clearTimeout(late);
  return isThere;
}

async function probeHttp(instance: Instance, path: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${instance.authority}${path}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      headers: { "user-agent": "castor-probe" },
    });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
