import type { Log, Position, Recorded } from "./log.ts";

/** Who wants to hear of commits. */
export class Hearers {
  readonly #hearers = new Set<(head: Position) => void>();

  add(hear: (head: Position) => void): () => void {
    const own = (head: Position): void => hear(head);
    this.#hearers.add(own);
    return () => this.#hearers.delete(own);
  }

  /** Tells all; one that throws is a bug of its own and must not keep the others from hearing. */
  tell(head: Position): void {
    for (const hear of [...this.#hearers]) {
      try {
        hear(head);
      } catch (bug) {
        queueMicrotask(() => {
          throw bug;
        });
      }
    }
  }
}

const tailPageEvents = 1_000;

/** Follows a log: what is there page by page, then each commit, until the signal aborts or the log closes. */
export async function* tail(
  log: Pick<Log, "head" | "page" | "onCommit">,
  of: { after: Position; types?: readonly string[]; signal: AbortSignal },
  closed: AbortSignal,
): AsyncGenerator<Recorded[], void, undefined> {
  const stop = AbortSignal.any([of.signal, closed]);
  let after = of.after;
  while (!stop.aborted) {
    const head = log.head();
    const types = of.types ? { types: of.types } : {};
    const batch = head > after ? log.page({ after, limit: tailPageEvents, ...types }) : [];
    // A short page has seen everything up to the head: the next starts there, past what was filtered out.
    after =
      batch.length < tailPageEvents ? Math.max(after, head) : (batch.at(-1)?.position ?? after);
    if (batch.length > 0) yield batch;
    else if (log.head() <= after) await commitAfter(log, after, stop);
  }
}

function commitAfter(
  log: Pick<Log, "head" | "onCommit">,
  after: Position,
  stop: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      forget();
      stop.removeEventListener("abort", done);
      resolve();
    };
    const forget = log.onCommit((head) => {
      if (head > after) done();
    });
    stop.addEventListener("abort", done);
  });
}
