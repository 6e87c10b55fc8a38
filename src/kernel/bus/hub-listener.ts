import type { Clock } from "../clock/clock.ts";
import type { OnBusError } from "./endpoint.ts";
import { type Frame, FrameReader, protocolVersion, type ToHub } from "./frames.ts";
import type { Attached, Hub } from "./hub.ts";
import { SocketWriter } from "./socket-writer.ts";

const helloTimeoutMs = 5_000;

type Connection = {
  reader: FrameReader;
  writer: SocketWriter;
  stopWaiting: () => void;
  name?: string;
  attached?: Attached;
};
type Listening = { path: string; name: string; clock: Clock; onError: OnBusError };
type Socket = Bun.Socket<Connection>;

/** Lets other processes of this user attach to a hub over a unix socket. */
export class HubListener {
  readonly #hub: Hub;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #onError: OnBusError;
  readonly #connections = new Set<Socket>();
  readonly #server: Bun.UnixSocketListener<Connection>;
  #dropped = 0;

  constructor(hub: Hub, of: Listening) {
    this.#hub = hub;
    this.#name = of.name;
    this.#clock = of.clock;
    this.#onError = of.onError;
    const mask = process.umask(0o177); // The socket must not be open to others, not even for an instant.
    try {
      this.#server = Bun.listen<Connection>({
        unix: of.path,
        socket: {
          open: (socket) => this.#open(socket),
          data: (socket, bytes) => this.#hear(socket, bytes),
          drain: (socket) => socket.data.writer.drain(),
          close: (socket) => this.#close(socket),
          error: (socket) => socket.terminate(),
        },
      });
    } finally {
      process.umask(mask);
    }
  }

  /** How many messages were not delivered because a process read too slowly. */
  get dropped(): number {
    return this.#dropped;
  }

  names(): string[] {
    return [...this.#connections].flatMap(({ data }) => data.name ?? []);
  }

  stop(): void {
    this.#server.stop(true);
  }

  #open(socket: Socket): void {
    this.#connections.add(socket);
    const clock = this.#clock;
    socket.data = {
      reader: new FrameReader(),
      writer: new SocketWriter(socket, { onDrop: () => this.#dropped++ }),
      stopWaiting: clock.at(clock.now() + helloTimeoutMs, () => socket.terminate()),
    };
  }

  #hear(socket: Socket, bytes: Uint8Array): void {
    const { data } = socket;
    try {
      for (const frame of data.reader.read(bytes) as Iterable<Frame<ToHub>>) {
        if (data.attached) data.attached.receive(frame);
        else this.#greet(socket, frame);
      }
    } catch (error) {
      this.#onError(error, `${data.name ?? "a process"} is cut off`);
      socket.terminate();
    }
  }

  #greet(socket: Socket, { head }: Frame<ToHub>): void {
    const { data } = socket;
    if (head.t !== "hello") throw new TypeError("It spoke before it said hello.");
    data.stopWaiting();
    if (head.v !== protocolVersion) {
      const why = `This bus speaks version ${protocolVersion}, not ${head.v}.`;
      data.writer.send({ head: { t: "bye", why } });
      socket.end();
      return;
    }
    data.name = head.name;
    data.writer.send({ head: { t: "welcome", v: protocolVersion, name: this.#name } });
    data.attached = this.#hub.attach(head.name, (out) => data.writer.send(out));
  }

  #close(socket: Socket): void {
    this.#connections.delete(socket);
    socket.data.stopWaiting();
    socket.data.attached?.detach();
  }
}
