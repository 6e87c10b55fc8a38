import type { RequestBody } from "./request-body.ts";
import type { RequestHead } from "./request-head.ts";
import type { Service } from "./service.ts";
import type { RetryReason } from "./tallies.ts";
import type { Tries } from "./tries.ts";

/** A request that nobody took may be offered to so many instances. */
const connectAttemptsMax = 3;
/** A request that was sent is sent once more at most. */
const sentAttemptsMax = 2;

/** May this request go to an instance once more? Spends from the budget when it says yes. */
export function mayGoAgain(
  why: RetryReason,
  of: { head: RequestHead; body: RequestBody; service: Service; tries: Tries },
): boolean {
  const { head, body, service, tries } = of;
  if (head.hasBody && body.kept === undefined) return false;
  if (why !== "never-sent" && !head.isIdempotent) return false;
  // A pooled connection that was closed meanwhile is no failure of anybody: it costs no budget.
  if (why === "stale-connection") return !tries.hadStale;
  const attemptsMax =
    (why === "never-sent" ? connectAttemptsMax : sentAttemptsMax) + (tries.hadStale ? 1 : 0);
  const isAlone = service.instances.length < 2 && why !== "never-sent";
  return !isAlone && tries.attempts < attemptsMax && service.budget.spend();
}
