import { problem, type Refusal } from "../contract.ts";

export const signInRequired = problem("auth.sign-in-required", 401, "Sign in first");
export const signInRefused = problem("auth.sign-in-refused", 401, "Wrong e-mail or password");
export const codeRefused = problem("auth.code-refused", 401, "That code is not valid now");
export const passkeyRefused = problem("auth.passkey-refused", 401, "That passkey was not accepted");
export const passwordRefused = problem("auth.password-refused", 403, "Wrong password");
export const secondFactorRequired = problem(
  "auth.second-factor-required",
  403,
  "A second factor is required",
);
export const crossSite = problem("auth.cross-site", 403, "This request came from another site");
export const signInAgain = problem("auth.sign-in-again", 403, "Sign in again for this");
export const tooManyAttempts = problem("auth.too-many-attempts", 429, "Too many attempts");
export const linkRefused = problem("auth.link-refused", 410, "This link was used or has expired");
export const emailTaken = problem("auth.email-taken", 409, "This e-mail already has an account");
export const wrongInput = problem("auth.wrong-input", 422, "The input is not valid");
export const notPossible = problem("auth.not-possible", 409, "That is not possible now");
export const unavailable = problem("auth.unavailable", 503, "Sign-in does not work now");
export const notFound = problem("auth.not-found", 404, "There is nothing here");

/** A refusal on the wire (RFC 9457). */
export function refusalResponse(refusal: Refusal, headers: Record<string, string> = {}): Response {
  const { problem: of, detail, more } = refusal;
  const body = {
    type: `/problems/${of.type}`,
    title: of.title,
    status: of.status,
    detail,
    ...more,
  };
  return new Response(JSON.stringify(body), {
    status: of.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
  });
}

/** 429 with the whole seconds to wait. */
export function tooManyResponse(waitMs: number): Response {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return refusalResponse(
    tooManyAttempts(`Try again in ${seconds} s.`, { retryAfterSeconds: seconds }),
    {
      "retry-after": String(seconds),
    },
  );
}
