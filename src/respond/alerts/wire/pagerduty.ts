import type { Millis } from "#kernel";
import { timeIn } from "./alertmanager.ts";
import type { Incoming } from "../intake/incoming.ts";
import { detailsOf, type Json, listOf, recordOf, said, textOf, untilSaidMs } from "./read.ts";

const actions = ["trigger", "acknowledge", "resolve"] as const;
export type PagerEvent = {
  action: (typeof actions)[number];
  key: string | undefined;
  alert: Incoming;
};
const dedupCharsMax = 255;
const severityWords = new Set(["critical", "error", "warning", "info"]);

const isAction = (text: unknown): text is PagerEvent["action"] =>
  (actions as readonly unknown[]).includes(text);

/** Events API v2. The list says all that is wrong with it; whose key it was sent with, the door has seen. */
export function readEventV2(body: unknown, now: Millis): PagerEvent | string[] {
  const sent = recordOf(body);
  if (!sent) return ["The body is no object"];
  const action = sent["event_action"];
  const key = textOf(sent["dedup_key"]);
  const payload = recordOf(sent["payload"]) ?? {};
  const wrong: string[] = [];
  if (!isAction(action)) wrong.push("'event_action' must be one of trigger, acknowledge, resolve");
  if ((key?.length ?? 0) > dedupCharsMax) wrong.push("'dedup_key' is longer than 255 characters");
  wrong.push(...missingIn(action, key, payload));
  if (wrong.length > 0 || !isAction(action)) return wrong;
  return { action, key, alert: alertOf(sent, payload, now) };
}

function missingIn(
  action: unknown,
  key: string | undefined,
  payload: Readonly<Record<string, unknown>>,
): string[] {
  if (action !== "trigger") return key === undefined ? ["'dedup_key' is missing or blank"] : [];
  return ["summary", "source"].flatMap((name) =>
    textOf(payload[name]) === undefined ? [`'payload.${name}' is missing or blank`] : [],
  );
}

function alertOf(
  sent: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  now: Millis,
): Incoming {
  const severity = (textOf(payload["severity"]) ?? "").toLowerCase();
  const summary = textOf(payload["summary"])?.slice(0, 1_024) ?? "";
  const component = textOf(payload["component"]);
  const startsAt = timeIn(payload["timestamp"]);
  return {
    labels: said({
      alertname: textOf(payload["class"]) ?? summary.slice(0, 200),
      severity: severityWords.has(severity) ? severity : "error",
      instance: textOf(payload["source"]),
      service: component,
      component_group: textOf(payload["group"]),
    }),
    annotations: {
      ...detailsOf(payload["custom_details"]),
      ...said({ summary, client: textOf(sent["client"]), links: linksIn(sent) }),
    },
    startsAt: startsAt === undefined || startsAt > now ? now : startsAt,
    endsAt: now + untilSaidMs,
    generatorURL: (textOf(sent["client_url"]) ?? firstLink(sent))?.slice(0, 4_000),
  };
}

const linksMax = 20;
type Link = { href: string; text: string | undefined };
/** Links, and images with what they lead to; in version 1 both stand among `contexts`. */
function linksOf(sent: Json): Link[] {
  return ["links", "images", "contexts"]
    .flatMap((name) => listOf(sent[name]))
    .slice(0, linksMax)
    .flatMap((each): Link[] => {
      const link = recordOf(each);
      const href = textOf(link?.["href"]) ?? textOf(link?.["src"]);
      return href ? [{ href, text: textOf(link?.["text"]) ?? textOf(link?.["alt"]) }] : [];
    });
}
const linksIn = (sent: Json): string =>
  linksOf(sent)
    .map(({ href, text }) => (text === undefined ? href : `${text}: ${href}`))
    .join("\n");
const firstLink = (sent: Json): string | undefined =>
  linksOf(sent).find(({ href }) => /^https?:/i.test(href))?.href;

/** Events API v1, which old senders still speak. */
export function readEventV1(body: unknown, now: Millis): PagerEvent | string[] {
  const sent = recordOf(body);
  if (!sent) return ["The body is no object"];
  return readEventV2(
    {
      event_action: sent["event_type"],
      dedup_key: sent["incident_key"],
      client: sent["client"],
      client_url: sent["client_url"],
      contexts: sent["contexts"],
      payload: {
        summary: sent["description"],
        source: textOf(sent["client"]) ?? "events v1",
        severity: "critical",
        custom_details: sent["details"],
      },
    },
    now,
  );
}

export type Change = {
  summary: string;
  source?: string;
  service?: string;
  isFailed?: true;
  at: Millis;
};

/** How Jenkins, GitHub, GitLab, Buildkite and people call the outcome of a build among a change's details, and a bad one. */
const outcomeName = /^((build|deploy|job|pipeline)_?)?(state|status|result|outcome|conclusion)$/i;
const badOutcome = /^(fail(ed|ure)?|error(ed)?|broken|timed[ _-]?out)$/i;

export function readChange(body: unknown, now: Millis): Change | string[] {
  const sent = recordOf(body);
  const payload = recordOf(sent?.["payload"]);
  const summary = textOf(payload?.["summary"]);
  if (summary === undefined) return ["'payload.summary' is missing or blank"];
  const details = detailsOf(payload?.["custom_details"]);
  const source = textOf(payload?.["source"])?.slice(0, 300);
  const service = details["service"]?.slice(0, 200);
  const isFailed = Object.entries(details).some(
    ([name, value]) => outcomeName.test(name) && badOutcome.test(value.trim()),
  );
  return {
    summary: summary.slice(0, 1_024),
    ...(source === undefined ? {} : { source }),
    ...(service === undefined ? {} : { service }),
    ...(isFailed ? { isFailed } : {}),
    at: Math.min(timeIn(payload?.["timestamp"]) ?? now, now),
  };
}
