import type { Clock } from "../clock/clock.ts";
import type { Millis } from "../contract.ts";
import { decideEnd } from "./decide.ts";
import type { Draft } from "./draft.ts";
import { sessionCreated } from "./events.ts";
import type { Registry, Session } from "./registry.ts";
import type { RegistryState } from "./state.ts";
import type { Decision, Writer } from "./writer.ts";

export const lockDelayMsDefault = 15_000;
export const ttlMsMax = 86_400_000;
/** After a failed write the reaper tries again this much later. */
const reapAgainMs = 1_000;

type Parts = { clock: Clock; state: RegistryState; writer: Writer };

/**
 * Sessions with a time to live. Renewals stay in this process's memory; only the end is a fact. A new process therefore
 * grants every session its full time once more.
 */
export class Sessions {
  readonly #parts: Parts;
  readonly #renewals = new Map<string, number>();
  readonly #deadlines = new Map<string, Millis>();
  readonly #ending = new Map<string, Promise<void>>();
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const session of parts.state.sessions.values()) this.#grant(session);
    this.#schedule();
  }

  async create(of: Parameters<Registry["session"]["create"]>[0]): Promise<Session> {
    const { clock, state, writer } = this.#parts;
    if (!(of.ttlMs > 0 && of.ttlMs <= ttlMsMax))
      throw new RangeError(`A session lives between 1 and ${ttlMsMax} ms, not ${of.ttlMs}.`);
    const id = clock.id();
    const { name, ttlMs, lockDelayMs = lockDelayMsDefault, behavior = "release" } = of;
    await writer.write(() => ({
      event: sessionCreated({ id, name, ttlMs, lockDelayMs, behavior }),
      answer: () => undefined,
    }));
    const made = state.session(id);
    if (made === undefined) throw new Error(`Session ${id} ended before it began.`);
    this.#grant(made);
    this.#schedule();
    return made;
  }

  async renew(id: string): Promise<Session | undefined> {
    // Its end may be on the way to the log: only what comes of that tells whether it still lives.
    await this.#ending.get(id)?.catch(() => undefined);
    const session = this.#parts.state.session(id);
    if (session === undefined) return undefined;
    this.#renewals.set(id, (this.#renewals.get(id) ?? 0) + 1);
    this.#grant(session);
    return this.get(id);
  }

  destroy(id: string): Promise<void> {
    return this.#end(id, "destroyed", () => true);
  }

  get(id: string): Session | undefined {
    const session = this.#parts.state.session(id);
    return session && { ...session, renewals: this.#renewals.get(id) ?? 0 };
  }

  list(): Session[] {
    return [...this.#parts.state.sessions.keys()].flatMap((id) => this.get(id) ?? []);
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  #grant({ id, ttlMs }: Session): void {
    this.#deadlines.set(id, this.#parts.clock.now() + ttlMs);
  }

  #end(id: string, why: "expired" | "destroyed", isDue: () => boolean): Promise<void> {
    const known = this.#ending.get(id);
    if (known) return known;
    const ending = this.#parts.writer
      .write((draft) => this.#decideEnd(id, why, { draft, isDue }))
      .finally(() => {
        this.#ending.delete(id);
        if (this.#parts.state.session(id) !== undefined) return;
        this.#deadlines.delete(id);
        this.#renewals.delete(id);
      });
    this.#ending.set(id, ending);
    return ending;
  }

  #decideEnd(
    id: string,
    why: "expired" | "destroyed",
    { draft, isDue }: { draft: Draft; isDue: () => boolean },
  ): Decision<void> {
    const nothing = { event: undefined, answer: (): void => undefined };
    const session = draft.session(id);
    if (session === undefined || !isDue()) return nothing;
    const event = decideEnd({ ...session, renewals: this.#renewals.get(id) ?? 0 }, draft, why);
    const { held, lockDelayMs, facts } = event.data;
    draft.endSession(id, held, this.#parts.clock.now() + lockDelayMs);
    draft.change(facts);
    return { event, answer: () => undefined };
  }

  /** Ends what is due, then waits for the next. */
  async #reap(): Promise<void> {
    const { clock } = this.#parts;
    const isDue = (id: string): boolean =>
      (this.#deadlines.get(id) ?? Number.POSITIVE_INFINITY) <= clock.now();
    const due = [...this.#deadlines.keys()].filter(isDue);
    const ended = await Promise.allSettled(
      due.map((id) => this.#end(id, "expired", () => isDue(id))),
    );
    const failed = ended.some(({ status }) => status === "rejected");
    this.#schedule(failed ? clock.now() + reapAgainMs : 0);
  }

  #schedule(notBefore: Millis = 0): void {
    this.#stopTimer();
    if (this.#closed || this.#deadlines.size === 0) return;
    const next = Math.min(...this.#deadlines.values());
    this.#stopTimer = this.#parts.clock.at(Math.max(next, notBefore), () => void this.#reap());
  }
}
