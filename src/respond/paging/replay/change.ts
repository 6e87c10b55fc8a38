import { isRefusal, type Refusal } from "#kernel";
import * as z from "zod";
import { Config } from "../config.ts";
import { replayInvalid } from "../contract.ts";

type Said = Record<string, unknown>;
const isRecord = (value: unknown): value is Said =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A change as it would stand in castor.yaml: what is under `paging:` apart from what is for alerts, which reads its own. */
export async function splitChange(
  text: string,
): Promise<{ alerts: string; paging: Said } | Refusal> {
  const said = await read(text);
  if (isRefusal(said)) return said;
  const isWhole = "alerts" in said || "paging" in said;
  if (!isWhole) return { alerts: text, paging: {} };
  const other = Object.keys(said).find((name) => name !== "alerts" && name !== "paging");
  if (other !== undefined)
    return replayInvalid(`${other} stands beside alerts and paging, and cannot be tried.`);
  const { alerts = {}, paging = {} } = said;
  if (!isRecord(paging)) return replayInvalid("paging holds fields, such as policies.");
  return { alerts: JSON.stringify(alerts ?? {}), paging };
}

async function read(text: string): Promise<Said | Refusal> {
  const { parse } = await import("yaml");
  try {
    const said: unknown = parse(text, { maxAliasCount: 50 }) ?? {};
    return isRecord(said) ? said : replayInvalid("Write it as it stands in castor.yaml.");
  } catch (error) {
    return replayInvalid(error instanceof Error ? error.message : String(error));
  }
}

/** The configuration with other policies; one that is `null` is taken away. */
export function withPolicies(now: Config, said: Said): Config | Refusal {
  const other = Object.keys(said).find((name) => name !== "policies");
  if (other !== undefined)
    return replayInvalid(`paging.${other} cannot be tried. What can: policies.`);
  const policies = said["policies"] ?? {};
  if (!isRecord(policies)) return replayInvalid("paging.policies holds policies by their names.");
  const gone = new Set(Object.keys(policies).filter((name) => policies[name] === null));
  const given = Object.fromEntries(Object.entries(policies).filter(([name]) => !gone.has(name)));
  const parsed = Config.safeParse({ policies: given });
  if (!parsed.success) return replayInvalid(z.prettifyError(parsed.error));
  const merged = Object.entries({ ...now.policies, ...parsed.data.policies });
  const next = { ...now, policies: Object.fromEntries(merged.filter(([name]) => !gone.has(name))) };
  return strangersIn(next, Object.keys(given)) ?? next;
}

/** Somebody who is not there would be called by nobody, and the replay would say that they do not answer. */
function strangersIn({ people, policies }: Config, names: readonly string[]): Refusal | undefined {
  for (const name of names)
    for (const who of policies[name]?.steps.flatMap((step) => step.who) ?? []) {
      const isNamed = who === "everyone" || who === "on-call" || who.startsWith("team:");
      if (!isNamed && !Object.hasOwn(people, who))
        return replayInvalid(`paging.policies.${name}: there is nobody called ${who}.`);
    }
  return undefined;
}
