import type { Millis } from "#kernel";
import {
  detailsOf,
  type Json,
  listOf,
  recordOf,
  said,
  textOf,
  textsOf,
  type Understood,
  untilSaidMs,
} from "./read.ts";

/** Pending and paused say nothing of how it is. */
const silent = new Set(["pending", "paused", "unknown"]);

/** The webhook of Grafana's alerting until version 8 (legacy alerting): one rule in one state. */
export function readLegacyGrafana(sent: Json, now: Millis): Understood | string {
  const name = textOf(sent["ruleName"]) ?? "";
  const state = textOf(sent["state"]) ?? "";
  if (name === "Test notification") return { alerts: [], tests: 1 };
  if (silent.has(state)) return { alerts: [], tests: 0 };
  if (!["alerting", "no_data", "ok"].includes(state))
    return "`state` is none of alerting, ok, no_data, pending, paused.";
  const isBlind = state === "no_data";
  const values = listOf(sent["evalMatches"]).slice(0, 50).map(matchText).join("\n");
  const alert = {
    labels: {
      ...textsOf(sent["tags"]),
      alertname: name.slice(0, 200),
      dedup_key: `rule-${textOf(sent["orgId"]) ?? ""}-${textOf(sent["ruleId"]) ?? name}`.slice(
        0,
        255,
      ),
      ...(isBlind ? { severity: "warning", monitoring: "broken" } : {}),
    },
    annotations: said({
      summary: textOf(sent["title"]),
      description: textOf(sent["message"]),
      values,
      image: textOf(sent["imageUrl"]),
    }),
    endsAt: state === "ok" ? now : now + untilSaidMs,
    generatorURL: textOf(sent["ruleUrl"])?.slice(0, 4_000),
  };
  return { alerts: [alert], tests: 0 };
}

function matchText(value: unknown): string {
  const match = recordOf(value);
  const tags = Object.entries(detailsOf(match?.["tags"]))
    .map(([name, text]) => `${name}=${text}`)
    .join(", ");
  const metric = textOf(match?.["metric"]) ?? "value";
  return `${metric}${tags === "" ? "" : ` {${tags}}`} = ${textOf(match?.["value"]) ?? "nothing"}`;
}
