import type { Effects, EventOf, Read } from "#kernel";
import { requests } from "../../absorb/gateway/contract.ts";
import { groupOpened } from "../../respond/alerts/contract.ts";
import { declared, impactOf, type Incident } from "../../respond/incidents/contract.ts";
import { budgetMs, type Config } from "./config.ts";
import type { measured } from "./contract.ts";

type Measured = EventOf<typeof measured>["data"];

/** What the objective allowed to fail over 30 days, and the share of it that this incident took. */
function budgetOf(
  { counters, config }: Pick<Read<Config>, "counters" | "config">,
  { services, times }: Incident,
  failed: number,
): Measured["budget"] {
  const to = times.resolved ?? times.declared;
  const counted = counters
    .total(requests, { from: to - budgetMs, to }, { by: ["service"] })
    .filter(({ labels: { service = "" } }) =>
      services.length === 0 ? service !== "" : services.includes(service),
    )
    .reduce((sum, { value }) => sum + value, 0);
  const allowed = counted * (1 - config.objective);
  return allowed === 0
    ? null
    : { objective: config.objective, requests: counted, burnt: failed / allowed };
}

/** What stands in the post-mortem from now on, whatever counters forget. */
export async function figuresOf(
  read: Pick<Read<Config>, "ask" | "counters" | "config">,
  incident: Incident,
): Promise<Omit<Measured, "postMortem">> {
  const impact = await read.ask(impactOf, { incident: incident.incident });
  const failed = impact.services.reduce((sum, each) => sum + each.failed, 0);
  const { title, severity, services, times } = incident;
  return { title, severity, services, times, impact, budget: budgetOf(read, incident, failed) };
}

/**
 * What would show that the same thing happened again: the group of alerts by its key, which outlives the group, or the error by its
 * fingerprint. Null where a person declared it.
 */
export function fingerprintOf(
  { log }: Pick<Effects, "log">,
  { incident, origin: { kind, ref } }: Pick<Incident, "incident" | "origin">,
): string | null {
  if (ref === undefined) return null;
  if (kind !== "alert") return `${kind} ${ref}`;
  const told = log
    .read(`incidents/${incident}`, { limit: 1 })
    .filter(({ event }) => event.type === declared.type)
    .flatMap(({ cause }) => (cause === undefined ? [] : (log.at(cause) ?? [])))
    .find(({ event }) => event.type === groupOpened.type);
  const data = told?.event.data as EventOf<typeof groupOpened>["data"] | undefined;
  return `alert ${data?.key ?? ref}`;
}
