import { ProblemError, useSend } from "#console";
import { useCallback, useEffect, useRef, useState } from "react";
import { changes, type Whole } from "./words.ts";

type Section = Whole["sections"][number];
/** Saved after so long a pause, and at most so often: a session of writing is some dozen versions, not one for each key. */
const pauseMs = 2_500;
const betweenMsMin = 8_000;

export type Saving = {
  text: string;
  set: (text: string) => void;
  /** `clash`: somebody else has written here since this text was begun. */
  state: "saved" | "waiting" | "saving" | "clash" | "failed";
  error: Error | undefined;
  /** Saves now; `over` takes the other's version as read, so that this text follows it. */
  save: (over?: boolean) => Promise<void>;
  /** Lets go of one's own text and takes theirs. */
  takeTheirs: () => void;
};

const isClash = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.type.endsWith("post-mortems.changed-meanwhile");

/** Whoever leaves the page with something unsaved is asked first. */
function useHold(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return undefined;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", hold);
    return () => removeEventListener("beforeunload", hold);
  }, [isDirty]);
}

/** Saves after a pause, and not too often. */
function useAutosave(
  isWaiting: boolean,
  text: string,
  savedAt: () => number,
  save: () => Promise<void>,
): void {
  const last = useRef(savedAt);
  last.current = savedAt;
  useEffect(() => {
    if (!isWaiting) return undefined;
    const wait = Math.max(pauseMs, last.current() + betweenMsMin - Date.now());
    const timer = setTimeout(() => void save(), wait);
    return () => clearTimeout(timer);
  }, [isWaiting, text, save]);
}

/** One section's text while somebody writes: it is saved by itself, and never over what somebody else wrote meanwhile. */
export function useSaving(postMortem: string, section: Section): Saving {
  const run = useSend(...changes);
  const [text, setText] = useState(section.text);
  const [base, setBase] = useState(section.version);
  const [state, setState] = useState<Saving["state"]>("saved");
  const [error, setError] = useState<Error>();
  const newest = useRef({ text, base, section, run, savedAt: 0 });
  newest.current = { ...newest.current, text, base, section, run };

  // What others write appears where nobody writes; where somebody does, it waits to be looked at.
  useEffect(() => {
    if (section.version <= newest.current.base) return;
    if (state === "saved") {
      setText(section.text);
      setBase(section.version);
    } else if (state === "waiting" || state === "failed") setState("clash");
  }, [section.version, section.text, state]);

  const save = useCallback(
    async (over = false) => {
      const { text: mine, base: begun, section: theirs } = newest.current;
      const from = over ? theirs.version : begun;
      setState("saving");
      setError(undefined);
      try {
        await newest.current.run("post-mortems.write", {
          ...{ postMortem, section: theirs.id, text: mine, base: from },
        });
        newest.current.savedAt = Date.now();
        setBase(from + 1);
        newest.current.base = from + 1;
        setState(newest.current.text === mine ? "saved" : "waiting");
      } catch (reason) {
        setState(isClash(reason) ? "clash" : "failed");
        if (!isClash(reason))
          setError(reason instanceof Error ? reason : new Error(String(reason)));
      }
    },
    [postMortem],
  );

  useAutosave(state === "waiting", text, () => newest.current.savedAt, save);
  useHold(state !== "saved");
  return {
    ...{ text, state, error, save },
    set: (next) => {
      setText(next);
      setState((now) => (now === "clash" || now === "saving" ? now : "waiting"));
    },
    takeTheirs: () => {
      const { section: theirs } = newest.current;
      setText(theirs.text);
      setBase(theirs.version);
      setState("saved");
    },
  };
}
