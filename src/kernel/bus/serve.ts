import { existsSync, unlinkSync } from "node:fs";
import type { Clock } from "../clock/clock.ts";
import { Endpoint, reportBusError, type OnBusError } from "./endpoint.ts";
import { Hub } from "./hub.ts";
import { HubListener } from "./hub-listener.ts";
import { attachTo } from "./in-process.ts";

export type ServeBus = {
  /** Where the unix socket is made, open to this user only. Its folder must exist. */
  path: string;
  clock: Clock;
  /** How this process appears to the others in `from`. */
  name?: string;
  onError?: OnBusError;
};

/** The bus of the process in the middle: its own side always works, other processes come and go over the socket. */
export class ServedBus extends Endpoint {
  readonly #listener: HubListener;
  readonly #path: string;

  constructor(of: ServeBus) {
    super(of.clock, of.onError ?? reportBusError);
    const hub = new Hub();
    const name = of.name ?? "control";
    this.#path = of.path;
    this.#listener = new HubListener(hub, { onError: reportBusError, ...of, name });
    attachTo(hub, name, this);
  }

  /** The names of the processes connected now. */
  peers(): string[] {
    return this.#listener.names();
  }

  override get dropped(): number {
    return super.dropped + this.#listener.dropped;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#listener.stop();
    if (existsSync(this.#path)) unlinkSync(this.#path);
  }
}

/** Serves the bus at `path`. Refuses where a living process does already; a dead one's socket is replaced. */
export async function serveBus(of: ServeBus): Promise<ServedBus> {
  if (existsSync(of.path)) {
    if (await answers(of.path)) throw new Error(`Another process serves the bus at ${of.path}.`);
    unlinkSync(of.path);
  }
  return new ServedBus(of);
}

const answers = (path: string): Promise<boolean> =>
  Bun.connect({ unix: path, socket: { data: () => undefined } }).then(
    (socket) => (socket.end(), true),
    () => false,
  );
