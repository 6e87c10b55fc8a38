import { freshForMs, type Terms } from "./terms.ts";

/** How far past its freshness a response may be used, and who says so. */
export type Leniency = {
  /** What an unreachable or failing origin may be covered for when the response does not say itself. */
  onErrorMs: number;
  /** Set while the operator has declared that stale is good enough. */
  operatorMs: number;
  /** What the visitor takes (`max-stale`). */
  visitorMs: number;
  /** How long what is shared is kept at least, while the operator has said so; 0 when not. */
  freshMs: number;
};

/** What to do with a stored response for a request that it fits. */
export type Reuse =
  | "fresh"
  /** Answer with it now, and validate behind the visitor's back (RFC 5861 §3). */
  | "stale-while-revalidate"
  /** Answer with it now: the operator said so. */
  | "stale-by-operator"
  /** Answer with it now: the operator keeps pages for longer than they say. */
  | "kept-longer"
  | "stale-by-visitor"
  | "validate";

/** RFC 9111 §4. */
export function reuseOf(terms: Terms, now: number, lenient: Leniency): Reuse {
  if (terms.noCache) return "validate";
  const left = freshForMs(terms, now);
  if (left > 0) return "fresh";
  if (terms.mustRevalidate) return "validate";
  const stale = -left;
  // What was never fresh, or was purged softly, is not kept longer.
  const keptMs = terms.lifetimeMs > 0 ? lenient.freshMs : 0;
  if (terms.lifetimeMs + stale < keptMs) return "kept-longer";
  if (stale < Math.max(terms.staleWhileRevalidateMs, keptMs)) return "stale-while-revalidate";
  if (stale < lenient.operatorMs) return "stale-by-operator";
  if (stale < lenient.visitorMs) return "stale-by-visitor";
  return "validate";
}

/**
 * May it stand in for an origin that fails? RFC 9111 §4.2.4 lets a disconnected cache answer stale, and §4.3.3 lets it
 * take a 5xx as no answer; `stale-if-error` (RFC 5861 §4) says for how long, else the operator does.
 */
export function maySaveFromError(terms: Terms, now: number, lenient: Leniency): boolean {
  if (terms.noCache || terms.mustRevalidate) return false;
  const stale = -freshForMs(terms, now);
  const allowed = terms.staleIfErrorMs ?? lenient.onErrorMs;
  return stale < Math.max(allowed, lenient.operatorMs);
}
