import type { Millis } from "../contract.ts";
import { Draft } from "./draft.ts";
import { changed, type Fact, type RegistryEvent, sessionEnded } from "./events.ts";
import type { Entry, Op, Session } from "./registry.ts";
import type { Known } from "./state.ts";

export const opCountMax = 128;
export const valueBytesMax = 524_288;
const keyBytesMax = 1_024;
/** What one transaction may write, so that it fits an envelope of the log. */
const txnBytesMax = 786_432;

type Why = { op: number; why: string };
/** What an operation does to the draft, or why it cannot. */
type Step = { facts: Fact[]; key: string | null } | { why: string };
export type Decided = { event: RegistryEvent | undefined; keys: (string | null)[] };

/** All operations or none: the event that a transaction leads to, or why it is refused. */
export function decideTxn(
  ops: readonly Op[],
  known: Known,
  of: { now: Millis; id?: string | undefined },
): Decided | { errors: Why[] } {
  if (ops.length > opCountMax)
    return { errors: [{ op: opCountMax, why: `more than ${opCountMax} operations` }] };
  const draft = new Draft(known);
  const facts: Fact[] = [];
  const keys: (string | null)[] = [];
  const errors: Why[] = [];
  for (const [at, op] of ops.entries()) {
    const step = stepOf(op, draft, of.now);
    if ("why" in step) {
      errors.push({ op: at, why: step.why });
      continue;
    }
    draft.change(step.facts);
    facts.push(...step.facts);
    keys.push(step.key);
  }
  if (errors.length > 0) return { errors };
  if (JSON.stringify(facts).length > txnBytesMax)
    return { errors: [{ op: 0, why: `it writes more than ${txnBytesMax} bytes` }] };
  if (facts.length === 0) return { event: undefined, keys };
  const { id } = of;
  return { event: changed({ facts, keys, ...(id === undefined ? {} : { id }) }), keys };
}

/** The event that ends a session and frees what it holds. */
export function decideEnd(
  session: Session,
  known: Known,
  why: "expired" | "destroyed",
): ReturnType<typeof sessionEnded> {
  const { id, behavior, lockDelayMs, renewals } = session;
  const held = known.heldBy(id);
  const facts = held.flatMap((key): Fact[] => {
    const entry = known.get(key);
    if (entry === undefined) return [];
    if (behavior === "delete") return [{ key, cause: why === "expired" ? "expired" : "delete" }];
    const { value, flags } = entry;
    return [{ key, cause: why === "expired" ? "expired" : "released", entry: { value, flags } }];
  });
  return sessionEnded({ id, why, renewals, facts, lockDelayMs, held });
}

function stepOf(op: Op, known: Known, now: Millis): Step {
  if (op.op === "deleteTree") {
    const facts = known.under(op.prefix).map((key): Fact => ({ key, cause: "delete" }));
    return { facts, key: null };
  }
  const bad = "value" in op ? flawIn(op.key, op.value) : flawIn(op.key, "");
  if (bad !== undefined) return { why: bad };
  const there = known.get(op.key);
  switch (op.op) {
    case "put":
      return put(op, there);
    case "delete":
      return remove(op, there);
    case "check":
      return check(op, there);
    case "acquire":
      return acquire(op, there, { known, now });
    case "release":
      return release(op, there);
  }
}

function flawIn(key: string, value: string): string | undefined {
  if (key === "" || Buffer.byteLength(key) > keyBytesMax)
    return `a key has 1 to ${keyBytesMax} bytes`;
  if (Buffer.byteLength(value) > valueBytesMax) return `a value has at most ${valueBytesMax} bytes`;
  return undefined;
}

type Only<K extends Op["op"]> = Extract<Op, { op: K }>;

function put({ key, value, flags, index }: Only<"put">, there: Entry | undefined): Step {
  if (index !== undefined && index !== (there?.modifyIndex ?? 0))
    return { why: `${key} is not at index ${index}` };
  const session = there?.session;
  const entry = {
    value,
    flags: flags ?? there?.flags ?? 0,
    ...(session === undefined ? {} : { session }),
  };
  return { facts: [{ key, cause: "put", entry }], key };
}

function remove({ key, index }: Only<"delete">, there: Entry | undefined): Step {
  if (index !== undefined && index !== (there?.modifyIndex ?? 0))
    return { why: `${key} is not at index ${index}` };
  return { facts: there ? [{ key, cause: "delete" }] : [], key: null };
}

function check({ key, index, session, absent }: Only<"check">, there: Entry | undefined): Step {
  if (absent === true && there !== undefined) return { why: `${key} exists` };
  if (absent !== true && there === undefined) return { why: `${key} does not exist` };
  if (index !== undefined && there?.modifyIndex !== index)
    return { why: `${key} is not at index ${index}` };
  if (session !== undefined && there?.session !== session)
    return { why: `${key} is not held by session ${session}` };
  return { facts: [], key };
}

function acquire(
  { key, value, session }: Only<"acquire">,
  there: Entry | undefined,
  { known, now }: { known: Known; now: Millis },
): Step {
  if (known.session(session) === undefined) return { why: `session ${session} does not exist` };
  if (there?.session !== undefined && there.session !== session)
    return { why: `${key} is held by session ${there.session}` };
  if (there?.session === undefined && known.lockableAt(key) > now)
    return { why: `${key} cannot be locked yet: its last holder was lost a moment ago` };
  const entry = { value, flags: there?.flags ?? 0, session };
  const fact: Fact =
    there?.session === session
      ? { key, cause: "put", entry }
      : { key, cause: "put", entry: { ...entry, acquired: true } };
  return { facts: [fact], key };
}

function release({ key, value, session }: Only<"release">, there: Entry | undefined): Step {
  if (there?.session !== session) return { why: `${key} is not held by session ${session}` };
  return { facts: [{ key, cause: "released", entry: { value, flags: there.flags } }], key };
}
