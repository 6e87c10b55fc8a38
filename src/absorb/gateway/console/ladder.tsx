import type { ReactNode } from "react";
import { At, Badge, Card, For, Icon, span, type Tone, useMay } from "#console";
import { LadderActions } from "./ladder-actions.tsx";
import { Signals } from "./signals.tsx";
import { type Ladder, type Step, stepOrder, stepTexts } from "./steps.ts";

const toneOf = (step: Step): Tone =>
  step === "normal" ? "good" : step === "waiting-room" || step === "shed" ? "bad" : "warn";
const fills: Record<Tone, string> = {
  good: "bg-good-fill",
  warn: "bg-warn-fill",
  bad: "bg-bad-fill",
  none: "bg-none-fill",
};

const words: Partial<Record<Ladder["rungs"][number]["state"], string>> = {
  "in-force": "on",
  forbidden: "forbidden",
  "by-hand": "by hand only",
  off: "switched off",
};

function noteOf(ladder: Ladder, step: Step): string {
  const rung = ladder.rungs.find((each) => each.step === step);
  const failed = rung?.state === "failed" ? (rung.why ?? "not possible") : undefined;
  if (step === ladder.step)
    return failed === undefined ? "here now" : `here, but not on: ${failed}`;
  if (rung === undefined) return "";
  return failed ?? words[rung.state] ?? (ladder.up?.to === step ? "next" : "");
}

/** The steps as stairs: where it stands, what is on, and why others are passed by. */
function Stairs({ ladder }: { ladder: Ladder }): ReactNode {
  const here = stepOrder.indexOf(ladder.step);
  const isOn = (step: Step): boolean =>
    step === "normal"
      ? here === 0
      : ladder.rungs.some((rung) => rung.step === step && rung.state === "in-force");
  return (
    <ol
      className="grid grid-cols-6 items-end gap-1.5 max-sm:grid-cols-1 max-sm:gap-1"
      aria-label={`The ladder of ${ladder.service}`}
    >
      {stepOrder.map((step, place) => (
        <li
          key={step}
          aria-current={step === ladder.step ? "step" : undefined}
          className="min-w-0 max-sm:flex max-sm:items-center max-sm:gap-3"
        >
          <div
            className={`rounded-sm max-sm:order-first max-sm:h-6! max-sm:w-1.5 ${isOn(step) || step === ladder.step ? fills[toneOf(step)] : "bg-sunken"} ${step === ladder.step ? "ring-2 ring-ink ring-offset-2 ring-offset-(--surface)" : ""}`}
            style={{ height: `${10 + place * 7}px` }}
          />
          <div className="mt-2 min-w-0 max-sm:mt-0 max-sm:flex max-sm:flex-1 max-sm:items-baseline max-sm:justify-between max-sm:gap-3">
            <p
              className={`truncate text-xs ${step === ladder.step ? "font-medium text-ink" : "text-muted"}`}
            >
              {stepTexts[step].name}
            </p>
            <p
              className="min-h-[1.125rem] truncate text-xs text-faint"
              title={noteOf(ladder, step)}
            >
              {noteOf(ladder, step)}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function whatIsNext({ forced, step, up, down, mood }: Ladder): ReactNode {
  if (forced)
    return (
      <>
        Held at {stepTexts[forced.step].name.toLowerCase()} until <At at={forced.endsAt} />:{" "}
        {forced.reason}
      </>
    );
  if (mood === "pressed" && up)
    return `Climbs to ${stepTexts[up.to].name.toLowerCase()} ${up.inMs === null ? "if this lasts" : `in ${span(up.inMs)} if this lasts`}.`;
  if (mood === "pressed") return "There is nothing higher that can be taken.";
  if (down && down.inMs !== null)
    return `Comes down to ${stepTexts[down.to].name.toLowerCase()} in ${span(down.inMs)} if it stays calm.`;
  if (down) return "Stays until everything is calm.";
  return step === "normal" && mood === "calm" ? "All is calm." : "Watches.";
}

const isQuiet = ({ step, mood, forced }: Ladder): boolean =>
  step === "normal" && mood === "calm" && forced === null;

/** One service's ladder: where it is, why, since when, and what is next. A quiet one beside others takes little room. */
export function LadderCard({
  ladder,
  dryRun,
  isAlone,
}: {
  ladder: Ladder;
  dryRun: boolean;
  isAlone: boolean;
}): ReactNode {
  const may = useMay("operator");
  if (isQuiet(ladder) && !isAlone)
    return (
      <section className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-line bg-surface px-5 py-2.5 shadow-card max-sm:px-4">
        <h2 className="text-sm font-semibold">{ladder.service}</h2>
        <Badge tone="good">{stepTexts.normal.name}</Badge>
        <p className="text-xs text-faint">all is calm</p>
        {may && (
          <div className="ml-auto flex gap-2">
            <LadderActions ladder={ladder} />
          </div>
        )}
      </section>
    );
  return (
    <Card
      title={
        <span className="inline-flex flex-wrap items-center gap-2">
          {ladder.service}
          <Badge tone={toneOf(ladder.step)}>{stepTexts[ladder.step].name}</Badge>
          {dryRun && <Badge tone="none">dry run</Badge>}
        </span>
      }
      hint={
        ladder.since !== null && ladder.step !== "normal" ? (
          <>
            for <For since={ladder.since} />
          </>
        ) : undefined
      }
      aside={may && <LadderActions ladder={ladder} />}
    >
      <div className="grid gap-x-8 gap-y-5 xl:grid-cols-2">
        <div className="grid content-start gap-4">
          <Stairs ladder={ladder} />
          <p className="flex items-start gap-2 text-sm">
            <Icon name={ladder.forced ? "pause" : "clock"} className="mt-0.5 text-faint" />
            <span>{whatIsNext(ladder)}</span>
          </p>
        </div>
        <div className="grid content-start gap-4">
          <Signals signals={ladder.signals} />
          <Moves moves={ladder.moves} />
        </div>
      </div>
    </Card>
  );
}

const movesShown = 3;
const Moves = ({ moves }: Pick<Ladder, "moves">): ReactNode =>
  moves.length > 0 && (
    <ol className="grid gap-1 text-xs text-muted" aria-label="The last moves">
      {moves.slice(0, movesShown).map(({ at, says }) => (
        <li key={`${at} ${says}`} className="flex gap-2">
          <span className="whitespace-nowrap text-faint">
            <At at={at} />
          </span>
          <span className="min-w-0">{says}</span>
        </li>
      ))}
    </ol>
  );
