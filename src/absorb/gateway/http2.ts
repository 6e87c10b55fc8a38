import * as z from "zod";
import type { GatewaySnapshotInput } from "./data-plane/snapshot.ts";

/** HTTP/2 for visitors; instances are always asked in HTTP/1.1. */
export const Http2Config = z
  .object({
    enabled: z
      .boolean()
      .default(true)
      .describe("Visitors over HTTPS may choose HTTP/2; `false` leaves them HTTP/1.1."),
    plain: z
      .boolean()
      .default(false)
      .describe(
        "Also without TLS, for clients that begin with HTTP/2 unasked, such as a balancer in front.",
      ),
    streams: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(128)
      .describe("Requests at once over one connection."),
  })
  .strict();

/** What workers need of it. */
export const http2Target = ({
  enabled,
  plain,
  streams,
}: z.infer<typeof Http2Config>): NonNullable<GatewaySnapshotInput["http2"]> => ({
  ...{ overTls: enabled, plain, streamsMax: streams },
});
