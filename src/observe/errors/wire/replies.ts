/** What SDKs call kinds of items when they are told to wait (`X-Sentry-Rate-Limits`). */
export type Category =
  "error" | "session" | "attachment" | "monitor" | "feedback" | "security" | "internal" | "default";

/** From any page: an SDK in a browser may read the answer. */
const cors: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "X-Sentry-Error, X-Sentry-Rate-Limits, Retry-After",
  "cross-origin-resource-policy": "cross-origin",
};

export const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...cors,
      "access-control-allow-methods": "POST, OPTIONS",
      "access-control-allow-headers":
        "Content-Type, Content-Encoding, X-Sentry-Auth, X-Requested-With, Origin, Accept, Authentication, Authorization, sentry-trace, baggage",
      "access-control-max-age": "86400",
    },
  });

/** Told on any status, also on 200: then nothing was lost, and what comes next is to wait. */
export type Wait = { seconds: number; categories: readonly Category[]; reason: string };
const limitsOf = (waits: readonly Wait[]): Record<string, string> =>
  waits.length === 0
    ? {}
    : {
        "x-sentry-rate-limits": waits
          .map(
            ({ seconds, categories, reason }) =>
              `${seconds}:${categories.join(";")}:project:${reason}`,
          )
          .join(", "),
      };

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...cors, "content-type": "application/json", ...headers },
  });

/** All of it is durable. */
export const taken = (event: string | undefined, waits: readonly Wait[] = []): Response =>
  json(200, event === undefined ? {} : { id: event }, limitsOf(waits));

/** Nothing of it was kept, and why. */
export const refused = (status: number, why: string): Response =>
  json(status, { detail: why }, { "x-sentry-error": why });

/** Nothing of it was kept; it may be sent again later. */
export const later = (status: 429 | 503, why: string, wait: Wait): Response =>
  json(
    status,
    { detail: why },
    { "x-sentry-error": why, "retry-after": String(wait.seconds), ...limitsOf([wait]) },
  );
