import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { virtualClock } from "../clock/virtual.ts";
import { memoryDisk, openMemoryLog } from "../log/memory.ts";
import { openRegistry } from "./open.ts";
import type { Op, Registry } from "./registry.ts";

/** The same promises, written the slow and obvious way: one map, copied for each transaction. */
type ModelEntry = { value: string; flags: number; session?: number };
type ModelSession = {
  alive: boolean;
  behavior: "release" | "delete";
  endsAt: number;
  ttlMs: number;
};
class Model {
  entries = new Map<string, ModelEntry>();
  lockableAt = new Map<string, number>();
  sessions: ModelSession[] = [];

  end(nth: number, now: number): void {
    const session = this.sessions[nth];
    if (!session?.alive) return;
    session.alive = false;
    for (const [key, entry] of [...this.entries]) {
      if (entry.session !== nth) continue;
      this.lockableAt.set(key, now + lockDelayMs);
      if (session.behavior === "delete") this.entries.delete(key);
      else this.entries.set(key, { value: entry.value, flags: entry.flags });
    }
  }

  advance(to: number): void {
    const due = [...this.sessions.entries()].filter(([, { endsAt }]) => endsAt <= to);
    for (const [nth, { endsAt }] of due.sort(([, a], [, b]) => a.endsAt - b.endsAt))
      this.end(nth, endsAt);
  }

  txn(steps: readonly Step[], now: number): boolean {
    const before = new Map(this.entries);
    const done = steps.every((step) => this.step(step, now));
    if (!done) this.entries = before;
    return done;
  }

  step({ op, key, value, at, session }: Step, now: number): boolean {
    const there = this.entries.get(key);
    const holds = at === "any" || (at === "now" ? there !== undefined : there === undefined);
    const lives = this.sessions[session]?.alive === true;
    if (op === "put") {
      if (holds) this.entries.set(key, { flags: 0, ...there, value });
      return holds;
    }
    if (op === "delete") {
      if (holds) this.entries.delete(key);
      return holds;
    }
    if (op === "deleteTree") {
      for (const each of [...this.entries.keys()])
        if (each.startsWith(key)) this.entries.delete(each);
      return true;
    }
    if (op === "acquire") {
      if (!lives || (there?.session !== undefined && there.session !== session)) return false;
      if (there?.session === undefined && (this.lockableAt.get(key) ?? 0) > now) return false;
      this.lockableAt.delete(key);
      this.entries.set(key, { value, flags: there?.flags ?? 0, session });
      return true;
    }
    if (there?.session === undefined || there.session !== session) return false;
    this.entries.set(key, { value, flags: there.flags });
    return true;
  }
}

const lockDelayMs = 500;
/** `at`: whatever the index, at the index that the entry has now, or only when absent. */
type Step = {
  op: "put" | "delete" | "deleteTree" | "acquire" | "release";
  key: string;
  value: string;
  at: "any" | "now" | "absent";
  session: number;
};
type Move =
  | { move: "txn"; steps: Step[] }
  | { move: "create"; behavior: "release" | "delete"; ttlMs: number }
  | { move: "renew" | "destroy"; session: number }
  | { move: "advance"; ms: number }
  | { move: "restart" };

const session = fc.nat(2);
const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      move: fc.constant("txn" as const),
      steps: fc.uniqueArray(
        fc.record<Step>({
          op: fc.constantFrom(
            "put",
            "delete",
            "deleteTree",
            "acquire",
            "acquire",
            "acquire",
            "release",
          ),
          key: fc.constantFrom("a", "a/b", "b"),
          value: fc.constantFrom("x", "y", "z"),
          at: fc.constantFrom("any", "now", "absent"),
          session,
        }),
        // Conditions on an index are about what was there before the transaction, so each key comes once.
        { minLength: 1, maxLength: 2, selector: ({ key }) => key },
      ),
    }),
  },
  fc.record({
    move: fc.constant("create" as const),
    behavior: fc.constantFrom("release" as const, "delete" as const),
    ttlMs: fc.constantFrom(300, 1_000, 5_000),
  }),
  fc.record({ move: fc.constantFrom("renew" as const, "destroy" as const), session }),
  fc.record({ move: fc.constant("advance" as const), ms: fc.constantFrom(100, 299, 300, 701) }),
  { weight: 1, arbitrary: fc.constant({ move: "restart" as const }) },
);

class Pair {
  readonly clock = virtualClock({ now: 1_000_000 });
  readonly disk = memoryDisk();
  log = openMemoryLog({ clock: this.clock, disk: this.disk });
  registry: Registry = openRegistry({ log: this.log, clock: this.clock });
  readonly model = new Model();
  readonly ids: string[] = [];
  readonly tokens = new Map<string, { token: number; held: string }>();

  async do(move: Move): Promise<void> {
    const now = this.clock.now();
    if (move.move === "txn") {
      const { ok } = await this.registry.txn(move.steps.map((step) => this.op(step)));
      expect(ok).toBe(this.model.txn(move.steps, now));
    } else if (move.move === "create") {
      const { behavior, ttlMs } = move;
      const made = await this.registry.session.create({ name: "s", ttlMs, behavior, lockDelayMs });
      this.ids.push(made.id);
      this.model.sessions.push({ alive: true, behavior, ttlMs, endsAt: now + ttlMs });
    } else if (move.move === "renew") {
      const renewed = await this.registry.session.renew(this.ids[move.session] ?? "none");
      const known = this.model.sessions[move.session];
      expect(renewed !== undefined).toBe(known?.alive === true);
      if (known?.alive) known.endsAt = now + known.ttlMs;
    } else if (move.move === "destroy") {
      await this.registry.session.destroy(this.ids[move.session] ?? "none");
      this.model.end(move.session, now);
    } else if (move.move === "advance") {
      await this.clock.advance(move.ms);
      this.model.advance(this.clock.now());
    } else await this.restart(now);
  }

  async restart(now: number): Promise<void> {
    const before = this.registry.list("");
    await this.registry.close();
    await this.log.close();
    this.log = openMemoryLog({ clock: this.clock, disk: this.disk });
    this.registry = openRegistry({ log: this.log, clock: this.clock });
    expect(this.registry.list("")).toEqual(before);
    for (const known of this.model.sessions) if (known.alive) known.endsAt = now + known.ttlMs;
  }

  op({ op, key, value, at, session: nth }: Step): Op {
    // A stale index where there is nothing, so that "now" means that the entry is there.
    const actual = this.registry.get(key)?.modifyIndex ?? 1;
    const index = at === "any" ? {} : { index: at === "now" ? actual : 0 };
    const id = this.ids[nth] ?? "none";
    if (op === "put") return { op, key, value, ...index };
    if (op === "delete") return { op, key, ...index };
    return op === "deleteTree" ? { op, prefix: key } : { op, key, value, session: id };
  }

  /** Both know the same, and no token ever went back. */
  compare(): void {
    const entries = this.registry.list("").entries.map(({ key, value, flags, session: held }) => ({
      key,
      value,
      flags,
      ...(held === undefined ? {} : { session: this.ids.indexOf(held) }),
    }));
    const expected = [...this.model.entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => ({ key, ...entry }));
    expect(entries).toEqual(expected);
    const alive = this.model.sessions.flatMap(({ alive }, nth) => (alive ? [this.ids[nth]] : []));
    expect(this.registry.session.list().map(({ id }) => id)).toEqual(alive as string[]);
    for (const { key, session: held, lockIndex } of this.registry.list("").entries) {
      if (held === undefined) continue;
      const last = this.tokens.get(key);
      if (held === last?.held) expect(lockIndex).toBeGreaterThanOrEqual(last.token);
      else expect(lockIndex).toBeGreaterThan(last?.token ?? 1);
      this.tokens.set(key, { token: lockIndex, held });
    }
  }

  /** Whoever only watches ends up with the same picture. */
  async watched(): Promise<Map<string, string>> {
    const stop = new AbortController();
    const picture = new Map<string, string>();
    const last = this.registry.list("").index;
    if (last <= 1) return picture;
    for await (const step of this.registry.watch("", { after: 0, signal: stop.signal })) {
      for (const { key, entry } of step.changes)
        if (entry) picture.set(key, entry.value);
        else picture.delete(key);
      if (step.index >= last) stop.abort();
    }
    return picture;
  }
}

test("whatever is done in whatever order, the registry knows what a simple model knows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 40 }), async (sequence) => {
      const pair = new Pair();
      // Without sessions no lock is ever taken, so that two are there from the start.
      for (const behavior of ["release", "delete"] as const)
        await pair.do({ move: "create", behavior, ttlMs: 1_000 });
      for (const move of sequence) {
        await pair.do(move);
        pair.compare();
      }
      const picture = await pair.watched();
      expect([...picture].sort()).toEqual(
        pair.registry.list("").entries.map(({ key, value }): [string, string] => [key, value]),
      );
      await pair.registry.close();
      await pair.log.close();
    }),
    { numRuns: 300 },
  );
}, 60_000);
