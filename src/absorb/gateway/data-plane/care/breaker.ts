import type { BreakerTarget } from "./settings.ts";

const slotsCount = 10;
/** While it recovers, so few requests are enough to open it again. */
const recoveringRequestsMin = 5;

export type BreakerState = "closed" | "open" | "recovering";
export type BreakerTurn = { to: "open"; requests: number; errors: number } | { to: "closed" };

/**
 * Stops asking a service whose answers are errors, and begins again little by little (Traefik's mechanics: a window, a time
 * open, a linear recovery). Times are the plane's, in ms.
 */
export class Breaker {
  target: BreakerTarget;
  state: BreakerState = "closed";
  /** When it opened; while it recovers, still that. */
  openedAt = 0;
  readonly #requests = new Uint32Array(slotsCount);
  readonly #errors = new Uint32Array(slotsCount);
  #slot = 0;

  constructor(target: BreakerTarget) {
    this.target = target;
  }

  /** How long until it lets somebody through; a clock that is read less often than answers come may be behind its opening. */
  leftMs(now: number): number {
    const { openMs } = this.target;
    return Math.min(openMs, Math.max(0, this.openedAt + openMs - now));
  }

  /** Which share of the requests may pass; grows with time while it recovers. */
  share(now: number): number {
    if (this.state === "closed") return 1;
    const recoveringMs = now - this.openedAt - this.target.openMs;
    return Math.min(1, Math.max(0, recoveringMs / this.target.recoverMs));
  }

  /** An answer came, or none did. Says when that changes something. */
  noted(hasFailed: boolean, now: number): BreakerTurn | undefined {
    this.#turnTo(now);
    const at = this.#slot % slotsCount;
    this.#requests[at] = (this.#requests[at] ?? 0) + 1;
    if (!hasFailed) return undefined;
    this.#errors[at] = (this.#errors[at] ?? 0) + 1;
    if (this.state === "open") return undefined;
    const [requests, errors] = [sumOf(this.#requests), sumOf(this.#errors)];
    const { requestsMin, errorShare } = this.target;
    const enough =
      this.state === "recovering" ? Math.min(recoveringRequestsMin, requestsMin) : requestsMin;
    if (requests < enough || errors < requests * errorShare) return undefined;
    this.state = "open";
    this.openedAt = now;
    return { to: "open", requests, errors };
  }

  /** Called each second: time alone lets it recover and close. */
  look(now: number): BreakerTurn | undefined {
    if (this.state === "open" && this.leftMs(now) === 0) {
      this.state = "recovering";
      this.#requests.fill(0);
      this.#errors.fill(0);
    }
    if (this.state !== "recovering" || this.share(now) < 1) return undefined;
    this.state = "closed";
    return { to: "closed" };
  }

  /** Forgets the slots that the window has left. */
  #turnTo(now: number): void {
    const slot = Math.floor((now * slotsCount) / this.target.windowMs);
    const from = Math.max(this.#slot + 1, slot - slotsCount + 1);
    for (let each = from; each <= slot; each++) {
      this.#requests[each % slotsCount] = 0;
      this.#errors[each % slotsCount] = 0;
    }
    this.#slot = slot;
  }
}

function sumOf(slots: Uint32Array): number {
  let sum = 0;
  for (const each of slots) sum += each;
  return sum;
}
