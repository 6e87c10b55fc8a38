import type { RunbookMatch, Tone } from "#console";

/** How sure it is that a runbook is meant, as a badge tells it. */
export const whyTone: Readonly<Record<RunbookMatch["why"], Tone>> = {
  ...{ alert: "good", labels: "good", service: "none", words: "none" },
};

/** Where a runbook opens; what is known of the trouble goes with it. */
export function runbookAt(
  runbook: string,
  of: {
    incident?: string | undefined;
    service?: string | undefined;
    alert?: string | undefined;
  } = {},
): string {
  const known = Object.entries({ runbook, ...of }).filter(
    (each): each is [string, string] => each[1] !== undefined && each[1] !== "",
  );
  return `/runbooks?${new URLSearchParams(known)}`;
}
