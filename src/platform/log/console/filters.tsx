import { type ReactNode, useEffect, useState } from "react";
import { Button, Choice, Icon, type LogTypes, Segments, search, useAsk, usePlace } from "#console";

const HOUR_MS = 3_600_000;
export const ages = {
  "15m": HOUR_MS / 4,
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  all: undefined,
} as const;
export type Age = keyof typeof ages;
const TYPING_MS = 250;

/** What the address says is looked for, so that a search can be sent to a colleague. */
export type Wanted = { text: string; type: string; actor: string; age: Age };
export function useWanted(): Wanted {
  const { search: given } = usePlace();
  const age = given.get("age") ?? "all";
  return {
    text: given.get("text") ?? "",
    type: given.get("type") ?? "",
    actor: given.get("actor") ?? "",
    age: age in ages ? (age as Age) : "all",
  };
}

const owner = (type: string): string => type.split(".")[0] ?? type;

function typeOptions(types: LogTypes, chosen: string): [string, string][] {
  const owners = [...new Set(types.map(({ type }) => owner(type)))];
  const known = owners.flatMap((each): [string, string][] => [
    [`${each}.*`, `${each}: everything`],
    ...types
      .filter(({ type }) => owner(type) === each)
      .map(({ type }): [string, string] => [type, type]),
  ]);
  const missing = chosen !== "" && !known.some(([value]) => value === chosen);
  return [
    ["", "Every type"],
    ...known,
    ...(missing ? [[chosen, chosen] satisfies [string, string]] : []),
  ];
}

/** The search field follows the typing a moment later, and follows the address at once. */
function SearchField({ text }: { text: string }): ReactNode {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => search({ text: typed }, "replace"), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, text]);
  return (
    <label className="flex min-w-56 flex-1 items-center gap-2 rounded-md border border-line-strong bg-surface px-3 focus-within:outline-2 focus-within:outline-accent">
      <Icon name="search" className="text-faint" />
      <span className="sr-only">Search what happened</span>
      <input
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder="Search what happened"
        className="min-h-10 w-full bg-transparent outline-none placeholder:text-faint"
      />
    </label>
  );
}

/** Words, type, who and when. */
export function Filters({
  wanted,
  follow,
  onFollow,
}: {
  wanted: Wanted;
  follow: boolean;
  onFollow: () => void;
}): ReactNode {
  const types = useAsk<LogTypes>("log.types").data ?? [];
  return (
    <div role="search" className="mb-4 flex flex-wrap items-center gap-2">
      <SearchField text={wanted.text} />
      <Choice
        label="Type"
        hideLabel
        value={wanted.type}
        options={typeOptions(types, wanted.type)}
        onChange={(event) => search({ type: event.target.value })}
        className="w-52 max-sm:w-full"
      />
      <Segments
        label="How far back"
        value={wanted.age}
        options={[
          ["15m", "15 min"],
          ["1h", "1 h"],
          ["24h", "24 h"],
          ["all", "All"],
        ]}
        onPick={(age) => search({ age: age === "all" ? undefined : age })}
      />
      <Button icon={follow ? "pause" : "play"} aria-pressed={follow} onClick={onFollow}>
        {follow ? "Following" : "Follow"}
      </Button>
      {wanted.actor !== "" && (
        <Button kind="quiet" icon="cross" onClick={() => search({ actor: undefined })}>
          Only {wanted.actor}
        </Button>
      )}
    </div>
  );
}
