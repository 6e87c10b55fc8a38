type End = { other: Bun.Socket<End> | undefined; waiting: Uint8Array[] };

/** A network in front of a port of this machine that can be cut and mended, as a tunnel does it to a phone. */
export function breakableLine(to: number): {
  port: number;
  cut(): void;
  mend(): void;
  end(): void;
} {
  const open = new Set<Bun.Socket<End>>();
  const pass = (socket: Bun.Socket<End>, bytes: Uint8Array): void => {
    const { other, waiting } = socket.data;
    if (other) other.write(bytes);
    else waiting.push(bytes.slice());
  };
  const drop = (socket: Bun.Socket<End>): void => {
    open.delete(socket);
    socket.data.other?.end();
  };
  const listen = (port: number) =>
    Bun.listen<End>({
      hostname: "127.0.0.1",
      port,
      socket: {
        open(near) {
          near.data = { other: undefined, waiting: [] };
          open.add(near);
          void Bun.connect<End>({
            ...{ hostname: "127.0.0.1", port: to },
            socket: {
              open(far) {
                far.data = { other: near, waiting: [] };
                open.add(far);
                near.data.other = far;
                for (const bytes of near.data.waiting.splice(0)) far.write(bytes);
              },
              data: pass,
              close: drop,
            },
          }).catch(() => near.end());
        },
        data: pass,
        close: drop,
      },
    });
  let server: Bun.TCPSocketListener<End> | undefined = listen(0);
  const { port } = server;
  const cut = (): void => {
    server?.stop(true);
    server = undefined;
    for (const socket of open) socket.terminate();
    open.clear();
  };
  return { port, cut, mend: () => void (server ??= listen(port)), end: cut };
}
