import type { EventLike, EventOf, Millis } from "#kernel";
import type { Severity } from "../contract.ts";
import type { Labels } from "../model/labels.ts";

/** What a fact says is wrong. */
export type Said = {
  /** What tells it from others of the same source. */
  about: Labels;
  summary: string;
  annotations?: Labels;
  severity?: Severity;
  /** What nobody says the end of is over after so long. */
  lastsMs?: Millis;
  /** The rule or objective that says so. */
  rule?: string;
  /** Since when, where that is not when it was told. */
  since?: Millis;
};
export type Begin = { def: EventLike; says(data: unknown): Said | undefined };
/** What is over: everything of the source that has these labels. */
export type End = { def: EventLike; of(data: unknown): Labels | undefined };
/** One thing of Castor's own that can be wrong, and the facts that say so. */
export type Source = {
  /** The alert's name; `undefined` where each fact brings its own, as a rule's does. */
  name: string | undefined;
  severity: Severity;
  begins: readonly Begin[];
  ends: readonly End[];
};

type Data<D extends EventLike> = EventOf<D> extends { data: infer T } ? T : never;

export const begin = <D extends EventLike>(
  def: D,
  says: (data: Data<D>) => Said | undefined,
): Begin => ({ def, says }) as unknown as Begin;

export const end = <D extends EventLike>(def: D, of: (data: Data<D>) => Labels | undefined): End =>
  ({ def, of }) as unknown as End;
