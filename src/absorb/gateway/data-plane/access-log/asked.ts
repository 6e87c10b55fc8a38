import { type AccessLogAnswer, accessLogCluster, AccessLogRequest } from "../../contract.ts";
import type { Plane } from "../plane.ts";

type Serving = {
  serve(name: string, by: { request: (message: { body: unknown }) => Promise<unknown> }): unknown;
};

/** Answers whoever asks control for the last lines. */
export function serveLastLines(plane: Plane, worker: string, bus: Serving): void {
  bus.serve(accessLogCluster, {
    request: async ({ body }): Promise<AccessLogAnswer> => {
      const { after, max } = AccessLogRequest.parse(body);
      const { accessLog } = plane;
      const lines = accessLog?.after(after[worker] ?? 0, max) ?? [];
      return { worker, isOn: accessLog !== undefined, lines };
    },
  });
}
