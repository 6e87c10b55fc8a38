import type { Clock } from "../clock/clock.ts";
import type { Bus } from "./bus.ts";
import { Endpoint, reportBusError, type OnBusError } from "./endpoint.ts";
import { copyOf, messageBytesMax } from "./frames.ts";
import { Hub } from "./hub.ts";

export type InProcess = { clock: Clock; name?: string; onError?: OnBusError };

/** A bus within one process. Several may share a hub; each then is like a process of its own. */
export function inProcessBus(of: InProcess, hub: Hub = new Hub()): Bus {
  const endpoint = new Endpoint(of.clock, of.onError ?? reportBusError);
  attachTo(hub, of.name ?? "here", endpoint);
  return endpoint;
}

/** Joins an endpoint to a hub in the same process: frames arrive in order, copied, and never synchronously. */
export function attachTo(hub: Hub, name: string, endpoint: Endpoint): void {
  const attached = hub.attach(name, (frame) => {
    const copy = copyOf(frame);
    queueMicrotask(() => endpoint.receive(copy));
    return true;
  });
  endpoint.attach({
    send: (frame) => {
      const copy = copyOf(frame, messageBytesMax);
      queueMicrotask(() => attached.receive(copy));
      return true;
    },
    close: () => attached.detach(),
  });
}
