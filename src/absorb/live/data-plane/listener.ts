import { Connection, type Kept, quietSecondsMax } from "./connection.ts";
import { receive } from "./door.ts";
import { openFilesMax } from "./machine-now.ts";
import type { Node } from "./routes.ts";

const mostMax = 100_000;
/** Left to the node itself of the files it may open: logs, checkpoints, what was answered first. */
const ownFilesMax = 256;
/** The one that comes next is turned away. */
export const connectionsMax = Math.max(1, Math.min(mostMax, openFilesMax() - ownFilesMax));

/** A node's ear; counts in `of` who is connected. */
export function listen(
  of: Node & { connections: number },
  at: { hostname: string; port: number },
): Bun.TCPSocketListener<Connection> {
  const kept: Kept = { bytes: 0 };
  return Bun.listen<Connection>({
    ...at,
    socket: {
      binaryType: "buffer",
      open: (socket) => {
        if (++of.connections > connectionsMax) socket.terminate();
        else socket.data = new Connection(socket, kept);
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
