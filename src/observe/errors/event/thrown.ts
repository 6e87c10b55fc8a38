import { type Frame, framesOf } from "./frames.ts";
import type { Image } from "./images.ts";
import { type Json, known, numberOf, recordOf, textOf, wordOf } from "./json.ts";
import { type ExceptionSent, exceptionsSent } from "./stacks.ts";

/** One exception of an event. */
export type Thrown = {
  /** Nothing when the SDK only made a stack for a message. */
  type?: string;
  value: string;
  module?: string;
  frames: readonly Frame[];
  handled?: boolean;
  /** The stack was made by the SDK, where it was told of the error, not where the error was made. */
  synthetic: boolean;
  mechanism?: string;
  id?: number;
  parent?: number;
  isGroup: boolean;
};

const thrownMax = 50;

/** Every exception of an event, as sent: the innermost cause first. */
export function thrownOf(event: Json, platform: string, images: readonly Image[]): Thrown[] {
  const sent = exceptionsSent(event).slice(-thrownMax);
  return sent.map((each) => oneOf(each, framesOf(each.stack, platform, images)));
}

function oneOf({ sent }: ExceptionSent, frames: readonly Frame[]): Thrown {
  const mechanism = recordOf(sent["mechanism"]);
  const handled = mechanism?.["handled"];
  const optional = {
    type: wordOf(sent["type"]),
    module: wordOf(sent["module"]),
    mechanism: wordOf(mechanism?.["type"]),
    id: numberOf(mechanism?.["exception_id"]),
    parent: numberOf(mechanism?.["parent_id"]),
    handled: typeof handled === "boolean" ? handled : undefined,
  };
  const value = sent["value"];
  return {
    ...known(optional),
    value: textOf(value) ?? (value === undefined || value === null ? "" : clipped(value)),
    frames,
    synthetic: mechanism?.["synthetic"] === true,
    isGroup: mechanism?.["is_exception_group"] === true,
  };
}

const clipped = (value: unknown): string => JSON.stringify(value).slice(0, 1_000);

/**
 * The chain that explains the event, root cause first. Of a group (several errors at once) the first member is followed: its
 * siblings happened beside it and are no cause of it.
 */
export function causesOf(all: readonly Thrown[]): Thrown[] {
  const outermost = all.find((each) => each.id === 0);
  if (!outermost) return [...all];
  const chain = [outermost];
  for (let last = outermost; ;) {
    const next = all
      .filter((each) => each.parent === last.id && each.id !== last.id)
      .toSorted((a, b) => (a.id ?? 0) - (b.id ?? 0))[0];
    if (!next || chain.includes(next)) break;
    chain.unshift(next);
    last = next;
  }
  return chain;
}
