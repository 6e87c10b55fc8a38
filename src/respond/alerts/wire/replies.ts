import type { BodyRefused } from "#kernel";
import type { IntakeConfig } from "../config.ts";

const retryAfter = { "retry-after": "1" };
const reply = (status: number, body: unknown): Response =>
  new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "content-type": "application/json", ...(status === 503 ? retryAfter : {}) },
  });

/** amtool reads errors as a bare JSON text. */
export const wrong = (why: string, status = 400): Response => reply(status, why);

/** PagerDuty's senders read JSON of every answer. */
export const invalid = (errors: string[]): Response =>
  reply(400, { status: "invalid event", message: "Event object is invalid", errors });
export const processed = (more: Record<string, string>, status = 202): Response =>
  reply(status, { status: "success", message: "Event processed", ...more });

/** A refusal in the words of a format. */
export function refused(format: IntakeConfig["format"], status: number, why: string): Response {
  if (format === "alertmanager") return wrong(why, status);
  if (format !== "pagerduty") return reply(status, { error: why });
  return status === 400 ? invalid([why]) : reply(status, { status: "error", message: why });
}

/** A body that cannot be read; never 429, at which Prometheus would drop what it has just as well. */
export const unreadable = (format: IntakeConfig["format"], why: BodyRefused): Response =>
  refused(format, why.status === 429 ? 503 : why.status, why.message);
