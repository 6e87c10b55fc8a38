/** How long a server may think about what it was sent. */
const patienceMs = 1_500;
const quietMs = 60;

/** Sends bytes as they are and gives all that comes back, until the other side ends or falls silent. */
export async function exchangeBytes(port: number, request: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let said = "";
  let silence = setTimeout(resolve, patienceMs);
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    allowHalfOpen: true,
    socket: {
      data(_, chunk) {
        said += chunk.toString("latin1");
        clearTimeout(silence);
        silence = setTimeout(resolve, quietMs);
      },
      end: () => resolve(),
      close: () => resolve(),
      error: () => resolve(),
    },
  });
  socket.write(Buffer.from(request, "latin1"));
  await promise;
  clearTimeout(silence);
  socket.terminate();
  return said;
}

/** The statuses of all final responses in what a server said. */
export const statusesIn = (said: string): number[] =>
  [...said.matchAll(/HTTP\/1\.[01] ([2-5]\d\d)/g)].map(([, status]) => Number(status));

/** A backend that keeps what it is sent and answers each connection once. */
export function recorder(): { port: number; take(): string; stop(): void } {
  let heard = "";
  const listener = Bun.listen<{ answered: boolean }>({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    socket: {
      open: (socket) => {
        socket.data = { answered: false };
      },
      data(socket, chunk) {
        heard += chunk.toString("latin1");
        if (socket.data.answered || !heard.includes("\r\n\r\n")) return;
        socket.data.answered = true;
        // Time for a body that follows; then the connection ends, so that each case has its own.
        setTimeout(() => {
          socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
          socket.end();
        }, quietMs / 3);
      },
    },
  });
  const take = (): string => {
    const taken = heard;
    heard = "";
    return taken;
  };
  return { port: listener.port, take, stop: () => listener.stop(true) };
}
