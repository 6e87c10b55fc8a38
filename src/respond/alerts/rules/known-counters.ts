import type { CounterDef } from "#kernel/contract";
import * as z from "zod";
import * as cache from "../../../absorb/cache/contract.ts";
import * as freeze from "../../../absorb/freeze/contract.ts";
import * as gateway from "../../../absorb/gateway/contract.ts";
import * as room from "../../../absorb/waiting-room/contract.ts";
import * as errors from "../../../observe/errors/contract.ts";
import * as probes from "../../../observe/probes/contract.ts";
import { received } from "../contract.ts";

/** What rules may look at. Counters whose labels name a person are left out. */
const counters: readonly CounterDef[] = [
  ...[gateway.requests, gateway.latency, gateway.instanceRequests, gateway.instanceErrors],
  ...[gateway.visitors, gateway.bytes, gateway.retries, gateway.refusals, gateway.aborts],
  ...[gateway.originTime, gateway.originAnswers, gateway.mirrored, gateway.protocols],
  ...[cache.answers, cache.bytes, cache.notStored, freeze.answers, freeze.replays],
  ...[room.admitted, room.refused, room.waited, room.people, errors.items, received],
  ...[probes.beats, probes.took],
];

export const knownCounters: ReadonlyMap<string, CounterDef> = new Map(
  counters.map((each) => [each.name, each]),
);

export function counterNamed(name: string): CounterDef {
  const found = knownCounters.get(name);
  if (!found) throw new Error(`No counter is called ${name}.`);
  return found;
}

export const CounterName = z
  .string()
  .refine(
    (name) => knownCounters.has(name),
    `No such counter. There are: ${[...knownCounters.keys()].join(", ")}`,
  );
