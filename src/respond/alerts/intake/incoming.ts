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

const labelsMax = 64;
const textCharsMax = 8_000;
const namePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The alert, or why it cannot be one. */
export function admit(sent: Incoming, now: Millis, resolveTimeoutMs: Millis): Alert | string {
  const labels = withoutEmpty(sent.labels);
  const names = Object.keys(labels);
  if (names.length === 0) return "at least one label pair required";
  if (names.length > labelsMax) return `more than ${labelsMax} labels`;
  const wrong = names.find((name) => !namePattern.test(name));
  if (wrong !== undefined) return `invalid label set: invalid name ${JSON.stringify(wrong)}`;
  const annotations = withoutEmpty(sent.annotations);
  const tooLong = [labels, annotations].some((all) =>
    Object.values(all).some((text) => text.length > textCharsMax),
  );
  if (tooLong) return `a text of more than ${textCharsMax} characters`;
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
