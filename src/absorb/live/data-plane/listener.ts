import { Connection, quietSecondsMax } from "./connection.ts";
import { receive } from "./door.ts";
import type { Node } from "./routes.ts";

/** Above what a process may open at once on most machines; the one that comes next is turned away. */
export const connectionsMax = 100_000;

/** A node's ear; counts in `of` who is connected. */
export function listen(
  of: Node & { connections: number },
  at: { hostname: string; port: number },
): Bun.TCPSocketListener<Connection> {
  return Bun.listen<Connection>({
    ...at,
    socket: {
      binaryType: "buffer",
      open: (socket) => {
        if (++of.connections > connectionsMax) socket.terminate();
        else socket.data = new Connection(socket);
        socket.timeout(quietSecondsMax);
      },
      data: (socket, chunk) => receive(of, socket.data, chunk),
      drain: (socket) => socket.data.drained(),
      close: (socket) => {
        of.connections--;
        socket.data?.leave();
      },
      timeout: (socket) => socket.data.drop(),
      error: (socket) => socket.data.drop(),
    },
  });
}
