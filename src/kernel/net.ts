import { lookup } from "node:dns/promises";
import type { Net } from "./manifest/effects.ts";
import { records } from "./name-server.ts";

/** The machine's network. `HTTP_PROXY` is ignored: what Castor asks, it asks directly. */
export const machineNet: Net = {
  fetch: (url, init) => fetch(url, { ...init, proxy: false } as RequestInit),
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: ({ host, port, timeoutMs }) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(
      () => reject(new Error(`no connection within ${timeoutMs} ms`)),
      timeoutMs,
    );
    Bun.connect({
      hostname: host,
      port,
      socket: {
        open: (socket) => {
          resolve();
          socket.end();
        },
        data: () => {},
        connectError: (_socket, error) => reject(error),
      },
    }).catch(reject);
    return promise.finally(() => clearTimeout(late));
  },
  hello: async (to) => await (await import("./hello.ts")).hello(to),
  records,
  freePort: async () => {
    const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
    const { port } = listener;
    listener.stop(true);
    return port;
  },
};
