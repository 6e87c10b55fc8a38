import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openRecords } from "../../kernel/processes/records.ts";
import { addressOf } from "../../platform/console/address.ts";
import { Failure } from "../command.ts";
import type { Plan } from "./plan.ts";

const listenVariable = "CASTOR_GATEWAY__LISTEN";
const listenOtherwise = "127.0.0.1:8080";
const readable = /^(\[[0-9a-f:]+\]|[^:\s]*):\d{1,5}$/i;

/**
 * Refuses to start where somebody else is at the gateway's door. Workers share their port among themselves, so the system
 * would let a second Castor share it too, and visitors would get the one or the other by chance.
 */
export function findDoorFree(plan: Plan, env: Readonly<Record<string, string | undefined>>): void {
  if (hasOwnWorkers(plan.data)) return; // They go on, and the keeper takes them over.
  for (const address of addresses(plan, env)) {
    const code = whyTaken(address);
    if (code === "EADDRINUSE")
      throw new Failure(
        `Something else listens on ${address} already.`,
        "Choose another place for visitors with --listen 127.0.0.1:8081, or gateway.listen in the configuration.",
      );
    if (code === "EACCES")
      throw new Failure(
        `This user may not listen on ${address}.`,
        "Ports below 1024 need more rights: choose another with --listen 127.0.0.1:8080.",
      );
  }
}

function hasOwnWorkers(data: string): boolean {
  const folder = join(data, "run", "processes");
  return existsSync(folder) && openRecords(folder).alive().length > 0;
}

/** What the gateway is to listen on, as far as it can be told without the schemas, which take long to load. */
function addresses(
  { config, env }: Plan,
  around: Readonly<Record<string, string | undefined>>,
): string[] {
  const said = env[listenVariable] ?? around[listenVariable] ?? written(config);
  return [said ?? listenOtherwise]
    .flat()
    .filter((each): each is string => typeof each === "string" && readable.test(each));
}

function written(config: string): unknown {
  try {
    const whole: unknown = Bun.YAML.parse(readFileSync(config, "utf8"));
    return (whole as { gateway?: { listen?: unknown } } | null)?.gateway?.listen;
  } catch {
    return []; // Whoever reads it in full tells what is wrong with it.
  }
}

/** The system's reason why nobody can listen there alone; none when somebody can. */
function whyTaken(address: string): string | undefined {
  const { hostname, port } = addressOf(address);
  try {
    Bun.listen({ hostname, port, exclusive: true, socket: { data: () => undefined } }).stop(true);
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : undefined;
  }
}
