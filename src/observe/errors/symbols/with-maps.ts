import type { Crew, Outpost } from "#kernel";
import type { Artifacts, Given } from "./artifacts.ts";

/** What a task carries so that its frames can be put right. */
export type Mapping = {
  project: number;
  /** 0: nobody uploaded anything for this project. */
  generation: number;
  given?: Given;
};
/** A thread has no maps of its own to look at: it asks, and gives back the bytes that it was sent. */
export type Asking = { asks: string[]; payload: Uint8Array };

type Mapped = { mapping: Mapping; payload: Uint8Array };

/**
 * A crew whose threads ask for the maps they lack. Threads keep what they were given until the next upload, so that of a flood
 * the first event asks and the others do not.
 */
export const withMaps = <I extends Mapped, O extends object>(
  crew: Crew<I, O | Asking | undefined>,
  artifacts: Artifacts,
  clock: Outpost["clock"],
): Crew<Omit<I, "mapping"> & { project: number }, O | undefined> => ({
  async work({ project, ...task }) {
    const generation = artifacts.has(project) ? artifacts.generation : 0;
    const mapping: Mapping = { project, generation };
    const answer = await crew.work({ ...task, mapping } as unknown as I);
    if (!isAsking(answer)) return answer;
    const given = artifacts.give(project, answer.asks, clock.now());
    const again = { ...task, payload: answer.payload, mapping: { ...mapping, given } };
    const last = await crew.work(again as unknown as I);
    if (isAsking(last)) throw new Error("A thread asked for maps that it was just given.");
    return last;
  },
  close: () => crew.close(),
});

const isAsking = (answer: object | undefined): answer is Asking =>
  answer !== undefined && "asks" in answer;
