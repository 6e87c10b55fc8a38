import { Crowd, type CrowdOptions } from "../generator/crowd.ts";

/**
 * The crowd of a warm-up, on a thread of its own: what it costs is not the node's, and the node's compiler does not learn from it.
 * Hears options, says when all is acknowledged.
 */
declare const self: Worker;
self.onmessage = async ({ data }: MessageEvent<CrowdOptions>) => {
  const crowd = new Crowd(data);
  await crowd.connect();
  await crowd.answer();
  self.postMessage("done", []);
};
