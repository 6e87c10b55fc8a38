import type { Clock } from "../clock/clock.ts";
import type { Entry, Registry, Session } from "./registry.ts";

export type Leadership = Awaited<ReturnType<Registry["elect"]>>;

type Electing = Pick<Registry, "get" | "list" | "txn" | "watch" | "session"> & {
  clock: Clock;
  /** When the last lock under a prefix that was lost with its session may be taken again. */
  lockableUnder(prefix: string): number;
  closed: AbortSignal;
};

/**
 * Leadership in order of arrival: every candidate locks a key of its own, the one that came first leads, and each of the
 * others watches only the one before it. The token is where the leader's key was made, so it grows with each leader.
 */
export async function elect(
  on: Electing,
  name: string,
  of: { session: Session; signal?: AbortSignal | undefined },
): Promise<Leadership> {
  const prefix = `elect/${name}/`;
  const key = `${prefix}${of.session.id}`;
  const stop = of.signal ? AbortSignal.any([of.signal, on.closed]) : on.closed;
  stop.throwIfAborted();
  const joined = await on.txn([
    { op: "acquire", key, value: of.session.name, session: of.session.id },
  ]);
  if (!joined.ok) throw new Error(`${of.session.id} cannot stand for ${name}: ${whyOf(joined)}`);
  const leave = async (): Promise<void> => {
    await on.txn([
      { op: "check", key, session: of.session.id },
      { op: "delete", key },
    ]);
  };
  for (;;) {
    if (stop.aborted) {
      if (!on.closed.aborted) await leave();
      throw stop.reason;
    }
    const own = on.get(key);
    if (own?.session !== of.session.id)
      throw new Error(`Session ${of.session.id} ended before it could lead ${name}.`);
    const { index, entries } = on.list(prefix);
    const before = entries.filter(({ createIndex }) => createIndex < own.createIndex);
    const waitFor = before.findLast(({ session }) => session !== undefined);
    const lockableAt = on.lockableUnder(prefix);
    if (waitFor) await change(on, waitFor.key, { after: index, stop, own: key });
    else if (lockableAt > on.clock.now()) await on.clock.sleepUntil(lockableAt, stop);
    else return lead(on, own, { leave, before });
  }
}

/** Waits until the candidate before, or the own key, changes. */
async function change(
  on: Electing,
  key: string,
  of: { after: number; stop: AbortSignal; own: string },
): Promise<void> {
  const enough = new AbortController();
  const signal = AbortSignal.any([of.stop, enough.signal]);
  const first = async (watched: string): Promise<void> => {
    for await (const { reset, changes } of on.watch(watched, { after: of.after, signal }))
      if (reset === true || changes.some((each) => each.key === watched)) return;
  };
  await Promise.race([first(key), first(of.own)]);
  enough.abort();
}

async function lead(
  on: Electing,
  own: Entry,
  of: { leave: () => Promise<void>; before: readonly Entry[] },
): Promise<Leadership> {
  // Keys of those who were lost before stay behind without a session; the leader clears them away.
  const gone = of.before.map(
    ({ key, modifyIndex: index }) => ({ op: "delete", key, index }) as const,
  );
  if (gone.length > 0) await on.txn(gone.slice(0, 100));
  const lost = new AbortController();
  const resigned = new AbortController();
  const signal = AbortSignal.any([resigned.signal, on.closed]);
  void (async () => {
    for await (const _ of on.watch(own.key, { after: own.modifyIndex, signal })) {
      if (on.get(own.key)?.session === own.session) continue;
      break;
    }
    lost.abort();
  })();
  return {
    token: own.createIndex,
    lost: lost.signal,
    resign: async () => {
      await of.leave();
      resigned.abort();
    },
  };
}

const whyOf = (failed: { errors: { why: string }[] }): string =>
  failed.errors.map(({ why }) => why).join("; ");
