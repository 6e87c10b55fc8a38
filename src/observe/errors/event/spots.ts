import { type Json, recordOf, valuesOf } from "./json.ts";

type Writable = Record<string, unknown>;
/** A place in an event where many events have the same: a stack, the list of modules. */
export type Spot = {
  /** Short and lasting, as it is stored: `e0` is the stack of the first exception. */
  id: string;
  /** What leads to `holder`, in words: `exception.values.0`. */
  path: string;
  holder: Writable;
  name: "stacktrace" | "modules";
};

const eachMax = 60;

/** The places that an event has, whether anything stands there or not. */
export function spotsOf(sent: Json): Spot[] {
  const found: Spot[] = [
    { id: "s", path: "", holder: sent as Writable, name: "stacktrace" },
    { id: "m", path: "", holder: sent as Writable, name: "modules" },
  ];
  for (const [kind, name] of [
    ["e", "exception"],
    ["t", "threads"],
  ] as const) {
    const bare = recordOf(sent[name]);
    const isBare = kind === "e" && bare !== undefined && !("values" in bare);
    const within = Array.isArray(sent[name]) ? name : `${name}.values`;
    const all = isBare ? [bare] : valuesOf(sent[name]).slice(0, eachMax);
    all.forEach((each, nth) => {
      const holder = recordOf(each) as Writable | undefined;
      const path = isBare ? name : `${within}.${nth}`;
      if (holder) found.push({ id: `${kind}${nth}`, path, holder, name: "stacktrace" });
    });
  }
  return found;
}
