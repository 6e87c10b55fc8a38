import { listOf, textOf } from "./json.ts";

/** What SDKs of before 2018 call the parts of an event (`raven-*`), by their names since. */
const names: Readonly<Record<string, string>> = {
  "sentry.interfaces.Exception": "exception",
  "sentry.interfaces.Message": "logentry",
  "sentry.interfaces.Stacktrace": "stacktrace",
  "sentry.interfaces.Http": "request",
  "sentry.interfaces.User": "user",
  "sentry.interfaces.Breadcrumbs": "breadcrumbs",
  "sentry.interfaces.Contexts": "contexts",
  culprit: "transaction",
};

/** Gives an event's parts the names that they have today, in place. */
export function modernise(event: Record<string, unknown>): void {
  for (const [old, name] of Object.entries(names)) {
    if (event[old] === undefined) continue;
    event[name] ??= event[old];
    delete event[old];
  }
  const checksum = textOf(event["checksum"], 100);
  if (checksum && listOf(event["fingerprint"]).length === 0) event["fingerprint"] = [checksum];
}
