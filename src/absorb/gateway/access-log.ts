import { Bytes, type Read } from "#kernel";
import * as z from "zod";
import { type accessLog, AccessLogAnswer, accessLogCluster } from "./contract.ts";
import type { GatewaySnapshotInput } from "./data-plane/snapshot.ts";
import type { Config } from "./route.ts";

const answerWithinMs = 500;

export const AccessLogConfig = z
  .object({
    format: z
      .enum(["json", "combined"])
      .default("json")
      .describe("One JSON object a line, or the combined format of Apache and nginx."),
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe("Of all requests, which share has a line: 0.01 is every hundredth, by chance."),
    addresses: z
      .enum(["truncated", "whole", "none"])
      .default("truncated")
      .describe(
        "Visitors' addresses: without their last part (/24, /48), as they are, or left out.",
      ),
    budget: Bytes.prefault("1GB").describe(
      "What the files of all workers hold at most; the oldest lines go first.",
    ),
    mask: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "More query parameters whose values are not written; those that are called like secrets never are.",
      ),
  })
  .strict();
type AccessLogConfig = z.infer<typeof AccessLogConfig>;

/** The budget is shared among so many workers. */
export const accessLogTarget = (
  config: AccessLogConfig | undefined,
  workers: number,
): GatewaySnapshotInput["accessLog"] =>
  config && {
    format: config.format,
    share: config.share,
    addresses: config.addresses,
    bytesMax: Math.max(1, Math.floor(config.budget / workers)),
    masked: config.mask,
  };

/** The last lines of all workers, by time; `after` names the last one of each that the asker knows. */
export async function lastLines(
  { bus, config }: Read<Config>,
  { lines: max, after }: { lines: number; after?: string | undefined },
): Promise<z.infer<(typeof accessLog)["output"]>> {
  const known = new Map(
    (after ?? "")
      .split(",")
      .filter(Boolean)
      .map((each) => {
        const colon = each.lastIndexOf(":");
        return [each.slice(0, colon), Number(each.slice(colon + 1))] as const;
      }),
  );
  const answers: AccessLogAnswer[] = [];
  const asked = { after: Object.fromEntries(known), max };
  for await (const { body } of bus.gather(accessLogCluster, asked, { timeoutMs: answerWithinMs })) {
    const said = AccessLogAnswer.safeParse(body);
    if (said.success) answers.push(said.data);
  }
  const lines = answers
    .flatMap(({ worker, lines: own }) => own.map((each) => ({ ...each, worker })))
    .toSorted((a, b) => a.at - b.at || a.seq - b.seq)
    .slice(-max);
  for (const { worker, seq } of lines) known.set(worker, Math.max(seq, known.get(worker) ?? 0));
  const cursor = [...known].map(([worker, seq]) => `${worker}:${seq}`).join(",");
  return { isOn: config.accessLog !== undefined, lines, after: cursor === "" ? null : cursor };
}
