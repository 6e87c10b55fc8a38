import { isRefusal, type Refusal } from "#kernel";
import * as z from "zod";
import { Config } from "../config.ts";
import { replayInvalid } from "../contract.ts";

/** What can be tried on the past. */
const changeable = ["rules", "objectives", "route", "times", "inhibit", "reopenWithin"] as const;
const known: readonly string[] = changeable;

type Said = Record<string, unknown>;
const isRecord = (value: unknown): value is Said =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The configuration with a change, which is YAML as it stands under `alerts:`. A rule that is `null` is taken away. */
export async function changed(now: Config, text: string): Promise<Config | Refusal> {
  const said = await read(text);
  if (isRefusal(said)) return said;
  const other = Object.keys(said).find((name) => !known.includes(name));
  if (other !== undefined)
    return replayInvalid(`${other} cannot be tried. What can: ${changeable.join(", ")}.`);
  const [rules, gone] = withoutNull(said["rules"]);
  const [objectives, over] = withoutNull(said["objectives"]);
  const given = { ...said, ...(rules && { rules }), ...(objectives && { objectives }) };
  const parsed = Config.safeParse(given);
  if (!parsed.success) return replayInvalid(z.prettifyError(parsed.error));
  const next = { ...now };
  for (const name of changeable)
    if (name in said && name !== "rules" && name !== "objectives")
      Object.assign(next, { [name]: parsed.data[name] });
  next.rules = without({ ...now.rules, ...parsed.data.rules }, gone);
  next.objectives = without({ ...now.objectives, ...parsed.data.objectives }, over);
  return next;
}

async function read(text: string): Promise<Said | Refusal> {
  const { parse } = await import("yaml");
  try {
    const said: unknown = parse(text, { maxAliasCount: 50 }) ?? {};
    const inner = isRecord(said) && isRecord(said["alerts"]) ? said["alerts"] : said;
    return isRecord(inner) ? inner : replayInvalid("Write it as it stands under `alerts:`.");
  } catch (error) {
    return replayInvalid(error instanceof Error ? error.message : String(error));
  }
}

function withoutNull(all: unknown): [kept: Said | undefined, gone: string[]] {
  if (!isRecord(all)) return [undefined, []];
  const gone = Object.keys(all).filter((name) => all[name] === null);
  return [without(all, gone), gone];
}
const without = <T>(all: Record<string, T>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
