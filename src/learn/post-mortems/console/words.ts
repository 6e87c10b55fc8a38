import type { IncidentOne, PostMortemHead, PostMortemOne, Tone } from "#console";

export type Whole = NonNullable<PostMortemOne["postMortem"]>;
export type Action = Whole["actions"][number];

export const stateWords: Readonly<Record<Whole["state"], string>> = {
  draft: "Draft",
  "in-review": "In review",
  reviewed: "Reviewed",
  published: "Published",
  imported: "From another Castor",
};
export const stateTone: Readonly<Record<Whole["state"], Tone>> = {
  draft: "warn",
  "in-review": "warn",
  reviewed: "good",
  published: "good",
  imported: "none",
};
export const severityTone: Readonly<
  Record<NonNullable<IncidentOne["incident"]>["severity"], Tone>
> = { sev1: "bad", sev2: "bad", sev3: "warn", sev4: "none" };
export const kindWords: Readonly<Record<Action["kind"], string>> = {
  prevent: "Prevent: it does not come again",
  detect: "Detect: it is seen sooner",
  mitigate: "Mitigate: it hurts less",
};
export const causeWords = {
  release: "A release",
  configuration: "Configuration",
  capacity: "Capacity",
  dependency: "Something we depend on",
  data: "Data",
  hardware: "Hardware or power",
  network: "Network",
  certificate: "A certificate",
  security: "Security",
  process: "How we work",
  unknown: "Not known",
} as const;
export const factorWords = {
  trigger: "Trigger: set it off",
  condition: "Condition: had to be so",
  gap: "Gap: nothing was there to stop it",
  harm: "Harm: what people felt",
  luck: "Luck: made it less bad",
} as const;

export const openOf = (actions: readonly Action[]): Action[] =>
  actions.filter(({ state }) => state === "open");
export const pageOf = (id: string, view = ""): string =>
  `/post-mortems?id=${id}${view === "" ? "" : `&view=${view}`}`;

/** A date that somebody has to keep. */
export type Due = { of: PostMortemHead; action?: Action; at: number };
/** What is due, the most urgent first. */
export const duesOf = (all: readonly PostMortemHead[]): Due[] =>
  all
    .filter(({ state }) => state !== "imported")
    .flatMap((of): Due[] => [
      ...(of.dueAt === null || of.state === "published" ? [] : [{ of, at: of.dueAt }]),
      ...openOf(of.actions).flatMap((action) =>
        action.dueAt === null ? [] : [{ of, action, at: action.dueAt }],
      ),
    ])
    .toSorted((a, b) => a.at - b.at);

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Whether people may write in it now. */
export const isOpen = ({ state }: Pick<Whole, "state">): boolean =>
  state === "draft" || state === "in-review";
export const changes = ["post-mortems.show", "post-mortems.list"];

/** `41 s`, `49 min`, `1 h 35 min`, `2 d 3 h`: finer than a glance needs, as a report wants it. */
export function length(ms: number | null): string {
  if (ms === null) return "–";
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const [large, small, unit] =
    minutes < 1_440
      ? ([Math.floor(minutes / 60), minutes % 60, ["h", "min"]] as const)
      : ([Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60), ["d", "h"]] as const);
  return small === 0 ? `${large} ${unit[0]}` : `${large} ${unit[0]} ${small} ${unit[1]}`;
}
