import type { Millis } from "#kernel";
import type { IntakeConfig } from "../config.ts";
import {
  detailsOf,
  type Json,
  listOf,
  recordOf,
  said,
  textOf,
  type Understood,
  untilSaidMs,
} from "./read.ts";

/** Whole words only: "upstream_down" is not up, and "backup_failed" no recovery. */
const over = new Set([
  "resolved",
  "ok",
  "up",
  "recovered",
  "closed",
  "resolve",
  "close",
  "success",
  "recovery",
  "clear",
  "cleared",
  "normal",
  "healthy",
  "fixed",
  "inactive",
  "deactivated",
]);
const tests = new Set(["test"]);

const at = (body: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    return (value as Json)[name];
  }, body);

const told = ["description", "message", "details", "text", "reason", "value", "url", "link"];
/** What a sender says under the usual names, at the top and beside the title. */
function besides(body: unknown, title: string): Record<string, string> {
  const holder = recordOf(at(body, title.split(".").slice(0, -1).join(".")));
  const pairs = [recordOf(body), holder].flatMap((of) =>
    told.flatMap((name) => (of && Object.hasOwn(of, name) ? [[name, of[name]]] : [])),
  );
  return detailsOf(Object.fromEntries(pairs) as Json);
}

const listMax = 1_000;
/** JSON of any shape, read by the paths that the configuration gives; of a list, each. */
export function readGeneric(
  body: unknown,
  map: IntakeConfig["map"],
  now: Millis,
): Understood | string {
  if (!Array.isArray(body) || at(body, map.title) !== undefined) return readOne(body, map, now);
  if (body.length === 0 || body.length > listMax) return `The list is empty or beyond ${listMax}.`;
  const found: Understood = { alerts: [], tests: 0 };
  for (const each of listOf(body)) {
    const read = readOne(each, map, now);
    if (typeof read === "string") return read;
    found.alerts.push(...read.alerts);
    found.tests += read.tests;
  }
  return found;
}

function readOne(body: unknown, map: IntakeConfig["map"], now: Millis): Understood | string {
  if (typeof body !== "object" || body === null) return "The body is no object.";
  const title = textOf(at(body, map.title));
  const key = textOf(at(body, map.key)) ?? title;
  if (title === undefined || key === undefined) return `There is no text at \`${map.title}\`.`;
  const status = (textOf(at(body, map.status)) ?? "firing").toLowerCase();
  if (tests.has(status)) return { alerts: [], tests: 1 };
  const labels = said({
    alertname: title.slice(0, 200),
    dedup_key: key.slice(0, 255),
    severity: textOf(at(body, map.severity)),
    service: textOf(at(body, map.service)),
  });
  const endsAt = over.has(status) ? now : now + untilSaidMs;
  return {
    alerts: [{ labels, annotations: { ...besides(body, map.title), summary: title }, endsAt }],
    tests: 0,
  };
}
