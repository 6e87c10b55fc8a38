import type { Clock } from "../clock/clock.ts";
import type { Actor } from "../contract.ts";
import type { Log, Recorded } from "../log/log.ts";
import { decideTxn } from "./decide.ts";
import { pendingIndex } from "./draft.ts";
import { elect } from "./elect.ts";
import { registryStream, type RegistryEvent } from "./events.ts";
import { historyChangesMax } from "./history.ts";
import type { Entry, Op, Registry, Session, TxnResult } from "./registry.ts";
import { Sessions } from "./sessions.ts";
import { RegistryState } from "./state.ts";
import { Changes, watch, type Watched } from "./watch.ts";
import { type Decision, Writer } from "./writer.ts";

const foldCountMax = 1_000;
const system: Actor = { kind: "system", id: "registry" };

export type OpenRegistry = {
  log: Log;
  clock: Clock;
  /** Who the registry's facts are by. */
  by?: Actor;
  /** How many changes a watcher may be behind before it must read the list again. */
  historyChangesMax?: number;
};

/** What is true now, folded from the log's stream `registry`. One process at a time may reap its sessions. */
export const openRegistry = (of: OpenRegistry): Registry => new FoldedRegistry(of);

class FoldedRegistry implements Registry {
  readonly session: Registry["session"];
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #state: RegistryState;
  readonly #writer: Writer;
  readonly #sessions: Sessions;
  readonly #changes = new Changes();
  readonly #inFlight = new Map<string, Promise<TxnResult>>();
  readonly #closing = new AbortController();
  readonly #stopHearing: () => void;

  constructor(of: OpenRegistry) {
    this.#log = of.log;
    this.#clock = of.clock;
    this.#state = new RegistryState(of.historyChangesMax ?? historyChangesMax);
    this.#catchUp();
    this.#stopHearing = of.log.onCommit(() => this.#catchUp());
    const { log, clock, by = system } = of;
    const state = this.#state;
    const catchUp = (): void => this.#catchUp();
    this.#writer = new Writer({ log, clock, by, state, catchUp });
    const sessions = new Sessions({ clock, state, writer: this.#writer });
    this.#sessions = sessions;
    this.session = {
      create: (wanted) => sessions.create(wanted),
      renew: (id) => sessions.renew(id),
      destroy: (id) => sessions.destroy(id),
      get: (id) => sessions.get(id),
      list: () => sessions.list(),
    };
  }

  get(key: string): Entry | undefined {
    return this.#state.get(key);
  }

  list(prefix: string): { index: number; entries: Entry[] } {
    const entries = this.#state.under(prefix).flatMap((key) => this.#state.get(key) ?? []);
    return { index: this.#state.history.lastIndex(prefix), entries };
  }

  txn(ops: readonly Op[], id?: string): Promise<TxnResult> {
    const same = id === undefined ? undefined : this.#inFlight.get(id);
    if (same) return same;
    const result = this.#txn(ops, id);
    if (id === undefined) return result;
    const kept = result.finally(() => this.#inFlight.delete(id));
    this.#inFlight.set(id, kept);
    return kept;
  }

  #txn(ops: readonly Op[], id: string | undefined): Promise<TxnResult> {
    return this.#writer.write((draft): Decision<TxnResult> => {
      const before = id === undefined ? undefined : this.#state.result(id);
      if (before) return { event: undefined, answer: () => before };
      const decided = decideTxn(ops, draft, { now: this.#clock.now(), id });
      if ("errors" in decided) {
        const refused: TxnResult = { ok: false, errors: decided.errors };
        return { event: undefined, answer: () => this.#remembered(id, refused) };
      }
      const { event, keys } = decided;
      if (event) {
        draft.change(event.type === "registry.changed" ? event.data.facts : []);
        return {
          event,
          answer: (at) => this.#state.resultAt(at) ?? this.#state.resultOf(at, keys),
        };
      }
      const seen = keys.map((key) => (key === null ? undefined : draft.get(key)));
      const isWritten = seen.every((entry) => entry?.modifyIndex !== pendingIndex);
      return {
        event,
        answer: (index) =>
          this.#remembered(
            id,
            isWritten ? { ok: true, index, entries: seen } : this.#state.resultOf(index, keys),
          ),
      };
    });
  }

  watch(prefix: string, of: { after: number; signal: AbortSignal }): AsyncIterable<Watched> {
    const signal = AbortSignal.any([of.signal, this.#closing.signal]);
    const head = (): number => this.#log.head();
    const from = { state: this.#state, changes: this.#changes, head };
    return watch(from, prefix, { after: of.after, signal });
  }

  elect(name: string, session: Session, signal?: AbortSignal): ReturnType<Registry["elect"]> {
    const on = {
      get: (key: string) => this.get(key),
      list: (prefix: string) => this.list(prefix),
      txn: (ops: readonly Op[]) => this.txn(ops),
      watch: this.watch.bind(this),
      session: this.session,
      clock: this.#clock,
      lockableUnder: (prefix: string) => this.#state.lockableUnder(prefix),
      closed: this.#closing.signal,
    };
    return elect(on, name, { session, signal });
  }

  async close(): Promise<void> {
    this.#sessions.close();
    await this.#writer.idle();
    this.#closing.abort(new Error("The registry is closed."));
    this.#stopHearing();
  }

  #remembered(id: string | undefined, result: TxnResult): TxnResult {
    if (id !== undefined) this.#state.remember(id, result);
    return result;
  }

  #catchUp(): void {
    const before = this.#state.version;
    while (this.#state.version < this.#log.version(registryStream)) {
      const from = this.#state.version + 1;
      for (const recorded of this.#log.read(registryStream, { from, limit: foldCountMax }))
        this.#state.fold(recorded as Recorded<RegistryEvent>);
    }
    if (this.#state.version > before) this.#changes.announce();
  }
}
