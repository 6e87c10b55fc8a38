import type { Millis } from "#kernel";
import type { IntakeConfig } from "../config.ts";
import { timeIn } from "./alertmanager.ts";
import type { Incoming } from "../intake/incoming.ts";
import { readGeneric } from "./generic.ts";
import { readLegacyGrafana } from "./grafana.ts";
import {
  type Json,
  recordOf,
  said,
  textOf,
  textsOf,
  type Understood,
  untilSaidMs,
} from "./read.ts";

/** Grafana's own trouble: what watches is broken, which does not say that the service is. */
const brokenWatch = new Set(["DatasourceError", "DatasourceNoData"]);

/**
 * Alertmanager's webhook (version 4) and Grafana's. Only `status` of each alert says whether it is over: firing ones carry an
 * end in the year 1, and what is missing from a shortened list may well go on.
 */
export function readWebhook(
  body: unknown,
  map: IntakeConfig["map"],
  now: Millis,
): Understood | string {
  const sent = recordOf(body);
  const list = sent?.["alerts"];
  if (sent && list === undefined && textOf(sent["ruleName"]) !== undefined)
    return readLegacyGrafana(sent, now);
  if (!sent || !Array.isArray(list)) return ownPayload(sent, map, now);
  const found: Understood = { alerts: [], tests: 0 };
  for (const each of list as unknown[]) {
    const alert = recordOf(each);
    if (!alert) return "An alert is no object.";
    const status = textOf(alert["status"]) ?? textOf(sent["status"]);
    if (status !== "firing" && status !== "resolved")
      return 'An alert\'s status is neither "firing" nor "resolved".';
    const labels = textsOf(alert["labels"]);
    if (isTest(labels)) found.tests++;
    else found.alerts.push(alertOf(alert, labels, status, now));
  }
  return found;
}

/** Both senders let people write the whole body by themselves. */
function ownPayload(
  sent: Json | undefined,
  map: IntakeConfig["map"],
  now: Millis,
): Understood | string {
  const read = sent?.["alerts"] === undefined ? readGeneric(sent, map, now) : "";
  return typeof read === "string"
    ? `There is no list \`alerts\`, nor a text where \`map\` says that the title is (\`${map.title}\`).`
    : read;
}

const isTest = ({ alertname, instance }: Record<string, string>): boolean =>
  alertname === "TestAlert" && (instance === "Grafana" || instance === undefined);

function alertOf(
  alert: Readonly<Record<string, unknown>>,
  labels: Record<string, string>,
  status: "firing" | "resolved",
  now: Millis,
): Incoming {
  const isBroken = brokenWatch.has(labels["alertname"] ?? "");
  const startsAt = timeIn(alert["startsAt"]);
  const over = Math.min(timeIn(alert["endsAt"]) ?? now, now);
  return {
    labels: isBroken ? { ...labels, severity: "warning", monitoring: "broken" } : labels,
    annotations: {
      ...textsOf(alert["annotations"]),
      ...said({
        values: textOf(alert["valueString"]),
        dashboard: textOf(alert["dashboardURL"]),
        panel: textOf(alert["panelURL"]),
        image: textOf(alert["imageURL"]),
      }),
    },
    startsAt: status === "resolved" && startsAt !== undefined ? Math.min(startsAt, over) : startsAt,
    endsAt: status === "resolved" ? over : now + untilSaidMs,
    generatorURL: textOf(alert["generatorURL"])?.slice(0, 4_000),
  };
}
