import type { Millis } from "../contract.ts";

/** Time and chance, the only door to either. Every engine passes `clock/conformance.ts`. */
export interface Clock {
  now(): Millis;
  /** Resolves at or after `at`; resolves early, without throwing, when the signal aborts. */
  sleepUntil(at: Millis, signal?: AbortSignal): Promise<void>;
  /** Calls back once at or after `at`, never synchronously; the returned function cancels. */
  at(at: Millis, call: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
  /** A new id, ordered by time (UUIDv7, RFC 9562). */
  id(): string;
  /** Unpredictable bytes for keys and tokens. */
  secret(bytes: number): Uint8Array;
}

/** How every engine sleeps: one timer, ended early by the signal, leaving no listener behind. */
export function sleepOn(at: Clock["at"], when: Millis, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => {
    cancel();
    signal?.removeEventListener("abort", wake);
    resolve();
  };
  const cancel = at(when, wake);
  signal?.addEventListener("abort", wake);
  return promise;
}
