/** A "no" of the gateway itself: status, reason code, and the sentence that a visitor reads. */
export type Refusal = {
  status: number;
  reason: string;
  says: string;
  retryAfterSeconds?: number;
  /** A field that belongs to this answer, such as where to go instead. */
  line?: string;
  /** HTML for people, in the place of the plain page. */
  page?: string;
  /** What is sent to everybody, in the place of page and problem document. */
  body?: { type: string; bytes: Buffer };
};

const refusal = (status: number, reason: string, says: string): Refusal => ({
  status,
  reason,
  says,
});

export const noRoute = refusal(404, "gateway.no-route", "Nothing is served under this address.");
export const noInstance = refusal(
  503,
  "gateway.no-instance",
  "No instance of this service is there to answer.",
);
export const tooManyConnections = refusal(
  503,
  "gateway.too-many-connections",
  "Too many visitors are connected at once.",
);
export const connectFailed = refusal(
  502,
  "gateway.connect-failed",
  "The service could not be reached.",
);
export const connectTimeout = refusal(
  504,
  "gateway.connect-timeout",
  "The service did not take the connection in time.",
);
export const upstreamClosed = refusal(
  502,
  "gateway.upstream-closed",
  "The service hung up before it answered.",
);
export const responseTimeout = refusal(
  504,
  "gateway.response-timeout",
  "The service did not answer in time.",
);
export const drained = refusal(
  503,
  "gateway.drained",
  "The instance that was answering was withdrawn before it had finished. Please try again.",
);
/** The service answered with an error, and the operator's page says so in its place. */
export const originError = (status: number): Refusal =>
  refusal(status, "gateway.origin-error", "The service answered with an error.");
/** The service is left alone for a while, because its answers were errors. */
export const breakerOpen = (leftMs: number): Refusal => ({
  ...refusal(
    503,
    "breaker.open",
    "The service has failed again and again, so it is given a moment to recover.",
  ),
  retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1_000)),
});
export const outOfTime = refusal(
  504,
  "gateway.out-of-time",
  "The time for this request was over before the service answered.",
);
export const bodyTooLarge = refusal(
  413,
  "gateway.body-too-large",
  "The request is larger than this service takes.",
);
export const headTimeout = refusal(
  408,
  "gateway.head-timeout",
  "The request did not arrive in time.",
);
export const bodyTimeout = refusal(
  408,
  "gateway.body-timeout",
  "The rest of the request did not arrive in time.",
);
export const bodyCutShort = refusal(
  400,
  "gateway.bad-request.body-cut-short",
  "The request ended before its body was whole.",
);

/** The caller is over a limit of the route, and is welcome again in a while. */
export function rateLimited(limit: string, waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1_000);
  const unit = retryAfterSeconds === 1 ? "second" : "seconds";
  const says = `Too many requests came within a short time. Please try again in ${retryAfterSeconds} ${unit}.`;
  return { ...refusal(429, `gateway.rate-limited.${limit}`, says), retryAfterSeconds };
}

/** The address is marked because of what was asked from there; a cheap answer, since more of it will come. */
export function takenForScanner(leftMs: number): Refusal {
  const minutes = Math.ceil(leftMs / 60_000);
  const says = `Many things that are not there were asked for from your address, so nothing is answered to it for now. This ends in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
  const retryAfterSeconds = Math.ceil(leftMs / 1_000);
  return { ...refusal(404, "gateway.scanner", says), retryAfterSeconds };
}

export const strangers = refusal(
  403,
  "gateway.address-not-allowed",
  "This address may not come in here.",
);
export const signInBusy = refusal(
  503,
  "gateway.sign-in-busy",
  "Too many people sign in at once. Please try again in a moment.",
);
/** Nobody said who they are, or nobody of that name and password may come in. */
export const signInNeeded = (challenge: string): Refusal => ({
  ...refusal(401, "gateway.sign-in-needed", "Please sign in to come in here."),
  line: `WWW-Authenticate: ${challenge}`,
});
/** What was asked for is somewhere else. */
export const redirected = (why: string, status: number, to: string): Refusal => ({
  ...refusal(status, `gateway.redirect.${why}`, "This is at another address."),
  line: `Location: ${to}`,
});

const queueSays = {
  full: "More people want this page than can be served, and as many wait already as may.",
  timeout: "This page had no place for you within the time that people are asked to wait.",
  shed: "More people want this page than can be served right now.",
};
/** An operator stopped the service; what they say is for visitors to read. */
export const stopped = (message = "This page is switched off for a while."): Refusal =>
  refusal(503, "gateway.stopped", message);
export const paused = refusal(
  503,
  "gateway.paused",
  "This page is paused for a moment, and that took longer than people are asked to wait.",
);
/** What matters less is turned away by somebody's word. */
export const shedByOrder = (): Refusal => ({
  ...refusal(503, "gateway.shed", "Only the most important requests are served right now."),
  retryAfterSeconds: nextRetrySeconds(),
});

const retrySecondsMin = 2;
const retrySpread = 7;
let queueTurn = 0;
/** Those turned away together are asked to come back one after the other. */
const nextRetrySeconds = (): number => retrySecondsMin + (queueTurn++ % retrySpread);
/** No place at an instance. */
export const queueRefusal = (why: keyof typeof queueSays): Refusal => ({
  ...refusal(503, `queue.${why}`, queueSays[why]),
  retryAfterSeconds: nextRetrySeconds(),
});

/** A request that two servers could read differently, or that is over a limit. */
export const badRequest = (what: string, status = 400): Refusal =>
  refusal(status, `gateway.bad-request.${what}`, "The request is not one that this server takes.");

/** A response that must not be passed on. */
export const badResponse = (what: string): Refusal =>
  refusal(502, `gateway.bad-response.${what}`, "The service gave an answer that makes no sense.");
