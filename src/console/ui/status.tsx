import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

/** How something is doing. Every tone has a colour, a shape and a word, so that none is needed alone. */
export type Tone = "good" | "warn" | "bad" | "none";

const looks: Record<Tone, { icon: IconName; text: string; soft: string }> = {
  good: { icon: "check", text: "text-good", soft: "bg-good-soft text-good" },
  warn: { icon: "warning", text: "text-warn", soft: "bg-warn-soft text-warn" },
  bad: { icon: "cross", text: "text-bad", soft: "bg-bad-soft text-bad" },
  none: { icon: "minus", text: "text-faint", soft: "bg-sunken text-muted" },
};

export const toneIcon = (tone: Tone): IconName => looks[tone].icon;

/** A word about a state, with its shape and colour. */
export const Badge = ({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode => (
  <span
    className={`inline-flex h-6 items-center gap-1 rounded-full pr-2.5 pl-1.5 text-xs font-medium whitespace-nowrap ${looks[tone].soft}`}
  >
    <Icon name={looks[tone].icon} className="size-3.5" />
    {children}
  </span>
);

/** Only the shape, where the word stands next to it. */
export const ToneMark = ({
  tone,
  className = "",
}: {
  tone: Tone;
  className?: string;
}): ReactNode => (
  <span
    className={`inline-flex size-5 items-center justify-center rounded-full ${looks[tone].soft} ${className}`}
  >
    <Icon name={looks[tone].icon} className="size-3" />
  </span>
);

export type Beat = "ok" | "fail" | "none";
const beats: Record<Beat, { height: number; fill: string }> = {
  ok: { height: 12, fill: "fill-good-fill" },
  fail: { height: 20, fill: "fill-bad-fill" },
  none: { height: 3, fill: "fill-none-fill" },
};
const STRIP_LENGTH = 64;

/** The last checks as one line of bars, newest at the right; failed ones stand taller, so colour is not needed. */
export function Strip({ beats: all, label }: { beats: readonly Beat[]; label: string }): ReactNode {
  const shown = all.slice(-STRIP_LENGTH);
  const lead = STRIP_LENGTH - shown.length;
  const failed = shown.filter((beat) => beat === "fail").length;
  const said = `${label}: ${failed} of the last ${shown.length} checks failed`;
  return (
    <svg
      role="img"
      aria-label={said}
      viewBox="0 0 256 20"
      className="h-5 w-full max-w-96 min-w-8 max-lg:max-w-none"
      preserveAspectRatio="none"
    >
      <title>{said}</title>
      {Array.from({ length: STRIP_LENGTH }, (_, place) => {
        const { height, fill } = beats[shown[place - lead] ?? "none"];
        return (
          <rect
            key={place}
            x={place * 4}
            width={2.6}
            y={20 - height}
            height={height}
            rx={0.8}
            className={fill}
          />
        );
      })}
    </svg>
  );
}
