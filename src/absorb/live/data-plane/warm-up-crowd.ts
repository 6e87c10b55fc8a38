import { Crowd, type CrowdOptions } from "../generator/crowd.ts";

/**
 * The crowd of a warm-up, on a thread of its own: what it costs is not the node's, and the node's compiler does not learn from it.
 * Hears options; when all is acknowledged, says what that took of its thread's processor time, in microseconds.
 */
declare const self: Worker;
self.onmessage = async ({ data }: MessageEvent<CrowdOptions>) => {
  const crowd = new Crowd(data);
  await crowd.connect();
  const before = process.threadCpuUsage();
  await crowd.answer();
  const { user, system } = process.threadCpuUsage(before);
  self.postMessage(user + system, []);
};
