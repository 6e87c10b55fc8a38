import { recordOf } from "../event/json.ts";
import { type Envelope, jsonOf } from "./envelope.ts";

/** A check-in by address alone (docs.sentry.io/product/crons, HTTP): `?status=in_progress`; the body may bring its `monitor_config`. */
export function checkInEnvelope(
  { monitor }: { monitor: string },
  query: URLSearchParams,
  body: Uint8Array,
): Envelope {
  const { monitor_config } = recordOf(jsonOf(body)) ?? {};
  const duration = Number(query.get("duration") ?? Number.NaN);
  const sent = {
    monitor_slug: monitor,
    status: query.get("status") ?? "ok",
    check_in_id: query.get("check_in_id") ?? undefined,
    environment: query.get("environment") ?? undefined,
    duration: Number.isFinite(duration) ? duration : undefined,
    monitor_config,
  };
  const type = "check_in";
  return {
    header: {},
    items: [{ type, header: { type }, payload: Buffer.from(JSON.stringify(sent)) }],
  };
}
