import type { Millis } from "#kernel";
import type { Alert } from "../model/alert.ts";
import { fingerprintOf, withoutEmpty } from "../model/labels.ts";

/** An alert as somebody sent it; what is not said is made up by the rules of Alertmanager. */
export type Incoming = {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt?: Millis | undefined;
  endsAt?: Millis | undefined;
  generatorURL?: string | undefined;
};

const labelsMax = 200;
const nameCharsMax = 500;
/** No control characters: names are shown in terminals too. */
const namePattern = /^[^\p{Cc}]+$/u;
const textCharsMax = 8_000;

/** What is said about an alert does not tell it from others: rather short than lost. */
function cut(all: Alert["annotations"]): Alert["annotations"] {
  const isLong = Object.values(all).some((text) => text.length > textCharsMax);
  if (!isLong) return all;
  return Object.fromEntries(
    Object.entries(all).map(([name, text]) => [name, text.slice(0, textCharsMax)]),
  );
}

/** The alert, or why it cannot be one. */
export function admit(sent: Incoming, now: Millis, resolveTimeoutMs: Millis): Alert | string {
  const labels = withoutEmpty(sent.labels);
  const names = Object.keys(labels);
  if (names.length === 0) return "at least one label pair required";
  if (names.length > labelsMax) return `more than ${labelsMax} labels`;
  // Any characters, as in Alertmanager since 0.27: OpenTelemetry's are called `service.name`.
  const wrong = names.find((name) => !namePattern.test(name) || name.length > nameCharsMax);
  if (wrong !== undefined) return `invalid label set: invalid name ${JSON.stringify(wrong)}`;
  if (Object.values(labels).some((text) => text.length > textCharsMax))
    return `a label of more than ${textCharsMax} characters`;
  const annotations = cut(withoutEmpty(sent.annotations));
  const startsAt = sent.startsAt ?? sent.endsAt ?? now;
  const endsAt = sent.endsAt ?? now + resolveTimeoutMs;
  if (endsAt < startsAt) return "start time must be before end time";
  return {
    fingerprint: fingerprintOf(labels),
    ...{ labels, annotations, startsAt, endsAt, updatedAt: now },
    generatorURL: sent.generatorURL ?? "",
    isTimeout: sent.endsAt === undefined,
  };
}
