import type { Labels } from "./labels.ts";

/** Labels with their names in order, so that comparing many sorts no names. */
export type Ordered = { labels: Labels; names: readonly string[] };
export const ordered = (labels: Labels): Ordered => ({
  labels,
  names: Object.keys(labels).sort(),
});

/** `LabelSet.Before` of Prometheus' model: fewer labels first, then by the first name or value that differs. */
export function byLabels(a: Ordered, b: Ordered): number {
  if (a.names.length !== b.names.length) return a.names.length - b.names.length;
  for (const [at, name] of a.names.entries()) {
    const other = b.names[at] ?? "";
    // The one that lacks the first name comes first.
    if (name !== other) return name < other ? 1 : -1;
    const [mine = "", theirs = ""] = [a.labels[name], b.labels[name]];
    if (mine !== theirs) return mine < theirs ? -1 : 1;
  }
  return 0;
}

/** `AlertSlice.Less` of Alertmanager: by job and instance where there are such, then by all labels. */
export function byAlert(a: Ordered, b: Ordered): number {
  for (const name of ["job", "instance"]) {
    const [mine, theirs] = [a.labels[name], b.labels[name]];
    if (mine === theirs) continue;
    if (mine === undefined || theirs === undefined) return mine === undefined ? 1 : -1;
    return mine < theirs ? -1 : 1;
  }
  return byLabels(a, b);
}
