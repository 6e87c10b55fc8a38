import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ShowShape } from "../contract/shape.ts";
import { writeText } from "./segment.ts";
import { everybody, type Share } from "./share.ts";

/** A segment of the log. */
export const segmentName = (number: number): string => `answers-${number}.log`;
/** The count as it was when the segment of that number began. */
export const checkpointName = (number: number): string => `checkpoint-${number}`;

const numbersIn = (folder: string, pattern: RegExp): number[] =>
  readdirSync(folder)
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

/** Their numbers, in order. */
export const checkpointsIn = (folder: string): number[] => numbersIn(folder, /^checkpoint-(\d+)$/);

/** A segment without its checkpoint was laid out when it ended in a crash; the one before is the last that was used. */
export function filesIn(folder: string): { checkpoint: number; segments: number[] } {
  return {
    checkpoint: checkpointsIn(folder).at(-1) ?? 0,
    segments: numbersIn(folder, /^answers-(\d+)\.log$/),
  };
}

/** Removes all but whose folder it is: where it cannot be read any more, it can still be erased. */
export function eraseUnread(folder: string): void {
  for (const name of readdirSync(folder))
    if (/^(answers|first|checkpoint|given-by-turn)|\.part$/.test(name)) rmSync(join(folder, name));
}

/** Which life of the count this folder holds, and of what: another shape would read the log wrongly. */
export async function lifeOf({
  folder,
  shape,
  share = everybody,
}: {
  folder: string;
  shape: ShowShape;
  share?: Share;
}): Promise<string> {
  const path = join(folder, "life.json");
  const counted = JSON.stringify([
    shape.id,
    shape.participantsMax,
    shape.dimensions,
    shape.questions.map(({ id, choices, right }) => [id, choices.length, right ?? null]),
    ...(share.nodes > 1 ? [share] : []),
  ]);
  const known = await Bun.file(path)
    .json()
    .catch(() => undefined);
  if (known === undefined) {
    // Counted once more under another name, its answers would be added to themselves.
    const { checkpoint, segments } = filesIn(folder);
    if (checkpoint > 0 || segments.length > 0)
      throw new Error(`${path} is gone, and what was counted beside it is nobody's`);
    const epoch = crypto.randomUUID();
    writeText(path, JSON.stringify({ epoch, counted }));
    return epoch;
  }
  if (known.counted !== counted)
    throw new Error(`${folder} holds a count of another show than ${shape.id} as it is now`);
  return String(known.epoch);
}
