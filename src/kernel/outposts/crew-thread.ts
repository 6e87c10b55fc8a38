import { buffersOf, type Done, type Job } from "./crew.ts";

/** A thread of a crew: loads its trade, then does one job after another. */
declare const self: Worker;
const module = process.argv.at(-1) ?? "";
const trade = import(module) as Promise<{ work(input: unknown): unknown }>;

self.onmessage = ({ data: [job, input] }: MessageEvent<Job>) => {
  void trade.then(({ work }) => {
    try {
      const output = work(input);
      self.postMessage([job, output] satisfies Done, buffersOf(output));
    } catch (why) {
      self.postMessage([job, undefined, String(why)] satisfies Done, []);
    }
  });
};
