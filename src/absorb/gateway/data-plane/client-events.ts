import type { SocketHandler } from "bun";
import { Client } from "./client.ts";
import type { Plane } from "./plane.ts";

/** What the visitors' sockets call. */
export const clientEvents = (plane: Plane): SocketHandler<Client> => ({
  open: (socket) => {
    const client = new Client(plane, socket);
    socket.data = client;
    plane.welcome(client);
  },
  data: (socket, chunk) => socket.data.received(chunk),
  drain: (socket) => socket.data?.drained(),
  end: (socket) => socket.data.ended(),
  close: (socket) => socket.data?.closed(),
  // A fault of ours in one of the above: it costs this connection, and it must be seen.
  error: (socket, error) => {
    process.stderr.write(`gateway: ${error.stack ?? error.message}\n`);
    socket.terminate();
  },
});
