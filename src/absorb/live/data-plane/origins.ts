import type { Hall } from "./hall.ts";
import { type Asked, json, type Said } from "./http.ts";
import type { Around } from "./player.ts";

const preflightSecondsMax = 7_200;

/**
 * Whether the page that asks is served from here: by the host it asked for, or by any node of the run as the audience reaches
 * it. What is no browser sends no origin, and needs none: a token is all that opens anything, and no browser sends one by itself.
 */
function isOwn(origin: string, hall: Hall, asked: Asked, around: Around): boolean {
  // Only a browser itself can say so (Fetch Metadata): a proxy may have changed the host that was asked for.
  if (asked.field("sec-fetch-site") === "same-origin") return true;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  if (host === asked.field("host")?.toLowerCase()) return true;
  return Array.from({ length: hall.run.nodes }, (_, node) => around.addressOf(hall, node)).some(
    (address) => address !== undefined && new URL(address).host === host,
  );
}

/** A page that is not served from here must be named by the show (`origins`), or is told nothing and counts nothing. */
export function judgeOrigin(
  hall: Hall,
  asked: Asked,
  around: Around,
): { allowed?: string; refusal?: Said } {
  const origin = asked.field("origin");
  if (origin === undefined || isOwn(origin, hall, asked, around)) return {};
  if (hall.run.origins?.includes(origin)) return { allowed: origin };
  const error =
    "Pages of this origin may not ask here; `origins` of the show names those that may.";
  return { refusal: json(403, { error }) };
}

/** The answer to a browser that asks whether its page may (Fetch, CORS-preflight). */
export const preflight: Said = {
  status: 204,
  headers: {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": `${preflightSecondsMax}`,
  },
  body: "",
};
