import type { ReactNode } from "react";
import { go, Segments, usePlace } from "#console";

const views = [
  ["now", "Now"],
  ["rules", "Rules"],
  ["noise", "Noise"],
  ["replay", "Replay"],
] as const;
type View = (typeof views)[number][0];

/** From one view of alerts to another. */
export function Views(): ReactNode {
  const { search } = usePlace();
  const value = views.find(([id]) => id === search.get("view"))?.[0] ?? "now";
  const pick = (view: View): void => go(view === "now" ? "/alerts" : `/alerts?view=${view}`);
  return <Segments label="Views of alerts" value={value} options={views} onPick={pick} />;
}
