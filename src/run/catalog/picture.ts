import type { ProcessState, Read } from "#kernel";
import { known, type KnownInstance } from "./catalog.ts";
import type { Service } from "./contract.ts";
import { checksOf, liveOf } from "./live.ts";

/** The answer to `catalog.services`: what the log knows, with what is only known now. */
export function describeServices(read: Read): Service[] {
  const live = liveOf(read);
  const { services, instances } = read.view(known);
  const describe = (instance: KnownInstance): Service["instances"][number] => {
    const { id, host, port, url, health, healthSince, why } = instance;
    const process = live.processes.get(id);
    const { strip, last } = checksOf(live, id);
    return {
      id,
      state: stateOf(instance, process),
      ...{ health, healthSince, why, host, port },
      ...(url === undefined ? {} : { url }),
      ...(process?.pid === undefined ? {} : { pid: process.pid }),
      restarts: process?.restarts ?? 0,
      ...(process?.startedAt === undefined ? {} : { startedAt: process.startedAt }),
      strip: [...strip],
      ...(last ? { lastCheck: last } : {}),
    };
  };
  return Object.values(services).map(({ id, kind, since }) => ({
    id,
    kind,
    since,
    instances: Object.values(instances)
      .filter(({ service }) => service === id)
      .map(describe),
  }));
}

/** The keeper knows best, save that a crash loop is one also while it runs for a moment. */
function stateOf(
  { state }: KnownInstance,
  process: ProcessState | undefined,
): Service["instances"][number]["state"] {
  if (state === "external" || state === "crash-looping") return state;
  return process?.state ?? state;
}
