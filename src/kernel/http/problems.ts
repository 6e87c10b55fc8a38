import { isRefusal, problem, type Refusal } from "../contract.ts";

export const notAllowed = problem("castor.not-allowed", 403, "You may not do that");
export const notFound = problem("castor.not-found", 404, "There is nothing here");
export const wrongMethod = problem("castor.wrong-method", 405, "Not with this method");
export const tooLarge = problem("castor.too-large", 413, "The body is too large");
export const notJson = problem("castor.not-json", 400, "The body is not JSON");
export const unavailable = problem("castor.unavailable", 503, "Castor takes no writes right now");
export const broken = problem("castor.broken", 500, "Something broke inside Castor");

/** A refusal as `application/problem+json` (RFC 9457). `instance` is the request id, which the process log has too. */
export function problemResponse(
  refusal: Refusal,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const { problem: kind, detail, more } = refusal;
  const body = {
    type: `/problems/${kind.type}`,
    title: kind.title,
    status: kind.status,
    detail,
    instance: requestId,
    ...more,
  };
  return new Response(`${JSON.stringify(body)}\n`, {
    status: kind.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
  });
}

/** JSON for what an action or answer gave; a problem for a refusal. */
export const jsonOrProblem = (
  value: unknown,
  requestId: string,
  headers: Record<string, string> = {},
): Response =>
  isRefusal(value)
    ? problemResponse(value, requestId)
    : new Response(`${JSON.stringify(value ?? null)}\n`, {
        headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
      });
