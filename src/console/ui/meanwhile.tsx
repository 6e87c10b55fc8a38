import type { ReactNode, Ref } from "react";
import { Button } from "./basics.tsx";
import { type Change, changesBetween, isIn, type ValuePath } from "./changes.ts";
import { count } from "./format.ts";

const said = (value: unknown): string => {
  if (value === undefined || value === null || value === "") return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.map(said).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${said(each)}`)
    .join("; ");
};

/** What somebody else saved while a form was open, and its form does not say yet. */
export const meanwhileIn = (of: { begun: unknown; mine: unknown; theirs: unknown }): Change[] =>
  changesBetween(of.begun, of.theirs).filter((change) => !isIn(of.mine, change));

const namesOf = (value: unknown): string => Object.keys(value as object).join(", ");
/** Before and now; of groups only the order of their names is told. */
const sidesOf = ({ from, to }: Change): [string, string] => {
  const isOrder = [from, to].every(
    (each) => typeof each === "object" && each && !Array.isArray(each),
  );
  return isOrder ? [namesOf(from), namesOf(to)] : [said(from), said(to)];
};

function Row({
  change,
  name,
  onTake,
}: {
  change: Change;
  name: string;
  onTake: (() => void) | undefined;
}): ReactNode {
  const [before, now] = sidesOf(change);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md bg-surface px-3 py-2">
      <div className="min-w-0 flex-1 basis-60 break-words">
        <span className="font-medium">{name}</span>
        <div>
          <del className="text-muted">
            <span className="sr-only">before: </span>
            {before}
          </del>
        </div>
        <div>
          <ins className="no-underline">
            <span className="sr-only">now: </span>
            {now}
          </ins>
        </div>
      </div>
      {onTake && (
        <Button onClick={onTake} aria-label={`Take theirs: ${name}`}>
          Take theirs
        </Button>
      )}
    </li>
  );
}

/** Tells whoever has a form open what somebody else saved meanwhile: they take it over, or keep their own. */
export function Meanwhile(of: {
  changes: readonly Change[];
  /** What a place is called in the form. */
  nameOf: (path: ValuePath) => string;
  /** Some of it, where the form can do that. */
  onTake?: (change: Change) => void;
  onTakeAll: () => void;
  /** They have seen it, and go on from it with their own. */
  onKeep: () => void;
  place?: Ref<HTMLDivElement>;
}): ReactNode {
  const { changes, nameOf, onTake, onTakeAll, onKeep, place } = of;
  const isOne = onTake !== undefined && changes.length === 1;
  return (
    <div
      role="alert"
      ref={place}
      tabIndex={-1}
      className="rounded-lg border border-warn/40 bg-warn-soft p-4 text-sm"
    >
      <p className="font-semibold">
        Somebody else has saved {count(changes.length, "change")} since you began. Nothing of yours
        is lost: take of it what you want.
      </p>
      <ul className="my-3 grid gap-2">
        {changes.map((change) => (
          <Row
            key={change.path.join(".")}
            change={change}
            name={nameOf(change.path)}
            onTake={onTake && (() => onTake(change))}
          />
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        {!isOne && (
          <Button onClick={onTakeAll}>
            {changes.length > 1 ? "Take all of theirs" : "Take theirs"}
          </Button>
        )}
        <Button onClick={onKeep}>
          {isOne || !onTake ? "Keep mine" : "Keep mine for the rest"}
        </Button>
      </div>
    </div>
  );
}
