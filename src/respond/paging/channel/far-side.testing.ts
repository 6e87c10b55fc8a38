import { noNet } from "#kernel/testing";
import { Config } from "../config.ts";
import { answerWithinMs, type Reach } from "./channel.ts";

export type Taken = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
};
/** How a far side is today; `ok` means that it looks at what it gets as the real one does. */
export type Mood =
  "ok" | "hangs" | "drops" | { status: number; headers?: Record<string, string>; body?: string };

export type FarSide = AsyncDisposable & {
  url: string;
  /** What it took, in order; what it refused is not among it. */
  taken: Taken[];
  asked: Taken[];
  mood: Mood;
};

/**
 * A real server on loopback in the place of a service. `look` answers as the real one does; where it refuses (4xx), nothing
 * was taken.
 */
export function farSide(look: (taken: Taken) => Response): FarSide {
  const far = { taken: [] as Taken[], asked: [] as Taken[], mood: "ok" as Mood };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname: path, search } = new URL(request.url);
      const headers = Object.fromEntries(request.headers);
      const got = {
        method: request.method,
        path: path + search,
        headers,
        body: await request.text(),
      };
      far.asked.push(got);
      const { mood } = far;
      if (mood === "hangs") return await new Promise<Response>(() => undefined);
      if (mood === "drops") far.taken.push(got);
      if (mood !== "ok" && mood !== "drops")
        return new Response(mood.body ?? "", {
          status: mood.status,
          ...(mood.headers ? { headers: mood.headers } : {}),
        });
      const answer = look(got);
      if (answer.ok && mood === "ok") far.taken.push(got);
      return answer;
    },
  });
  return Object.assign(far, {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  });
}

/** The world as channels see it, with the real network; far sides that hang are given up at once. */
export function reachFor(config: object = {}): Reach & { patience: "real" | "none" } {
  const reach = {
    patience: "real" as "real" | "none",
    now: Date.UTC(2026, 0, 1),
    net: { ...noNet, fetch: (url: string, init?: RequestInit) => fetch(url, init) },
    config: Config.parse(config),
    sleep: (ms: number): Promise<void> =>
      ms === answerWithinMs && reach.patience === "none"
        ? Promise.resolve()
        : new Promise<void>(() => undefined),
    order: () => Promise.resolve(undefined as never),
    note: () => undefined,
    signal: new AbortController().signal,
    get log(): Reach["log"] {
      throw new Error("no log in this test");
    },
    get stores(): Reach["stores"] {
      throw new Error("no stores in this test");
    },
  };
  return reach;
}
