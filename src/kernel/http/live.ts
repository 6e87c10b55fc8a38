import { isRefusal } from "../contract.ts";
import type { Castor } from "../runtime/castor.ts";

type Answered = { id: number; json: string };
type Watcher = (answered: Answered) => void;

const tickMs = 1000;
const afterCommitMs = 50;
const heartbeatMs = 15_000;
/** So many events may wait for one reader. */
const unreadMax = 32;

/** One live answer, computed once for everybody who watches it: each second, and soon after each commit. */
class Channel {
  readonly #castor: Castor;
  readonly #name: string;
  readonly #input: unknown;
  readonly #watchers = new Set<Watcher>();
  readonly #endings: (() => void)[] = [];
  #last: Answered | undefined;
  #busy = false;
  #cancelTick = (): void => {};
  #cancelSoon: (() => void) | undefined;

  constructor(castor: Castor, name: string, input: unknown) {
    this.#castor = castor;
    this.#name = name;
    this.#input = input;
    this.#endings.push(castor.facts.onCommit(() => this.#soon()));
    this.#tick();
  }

  watch(watcher: Watcher): void {
    this.#watchers.add(watcher);
    if (this.#last) watcher(this.#last);
  }

  /** True when nobody watches any more: then it has stopped. */
  leave(watcher: Watcher): boolean {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return false;
    this.#cancelTick();
    this.#cancelSoon?.();
    for (const end of this.#endings) end();
    return true;
  }

  #tick(): void {
    const { clock } = this.#castor.ports;
    this.#cancelTick = clock.at(clock.now() + tickMs, () => this.#tick());
    void this.#compute();
  }

  #soon(): void {
    const { clock } = this.#castor.ports;
    this.#cancelSoon ??= clock.at(clock.now() + afterCommitMs, () => {
      this.#cancelSoon = undefined;
      void this.#compute();
    });
  }

  async #compute(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const id = this.#castor.facts.head();
      const answer = await this.#castor.askByName(this.#name, this.#input);
      const json = isRefusal(answer) ? undefined : JSON.stringify(answer);
      if (json === undefined || json === this.#last?.json) return;
      this.#last = { id, json };
      for (const watcher of this.#watchers) watcher(this.#last);
    } catch (error) {
      process.stderr.write(`castor: live ${this.#name} failed: ${String(error)}\n`);
    } finally {
      this.#busy = false;
    }
  }
}

/** Streams answers over server-sent events: now, and again whenever they differ. */
export function liveAnswers(
  castor: Castor,
): (
  request: Request,
  of: { name: string; input: unknown; mayStill: () => Promise<boolean> },
) => Response {
  const channels = new Map<string, Channel>();
  return (request, { name, input, mayStill }) => {
    const key = `${name} ${JSON.stringify(input)}`;
    const channel = channels.get(key) ?? new Channel(castor, name, input);
    channels.set(key, channel);
    const leave = (watcher: Watcher): void => {
      if (channel.leave(watcher) && channels.get(key) === channel) channels.delete(key);
    };
    const body = eventStream(castor, request.signal, { channel, leave, mayStill });
    const headers = {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    };
    return new Response(body, { headers });
  };
}

function eventStream(
  castor: Castor,
  signal: AbortSignal,
  of: { channel: Channel; leave: (watcher: Watcher) => void; mayStill: () => Promise<boolean> },
): ReadableStream<Uint8Array> {
  const { clock } = castor.ports;
  const encoder = new TextEncoder();
  let end = (): void => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => {
        // Who reads too slowly is let go, and gets the newest answer when it comes back.
        if ((controller.desiredSize ?? 0) > -unreadMax)
          return controller.enqueue(encoder.encode(text));
        close();
      };
      const tell: Watcher = ({ id, json }) => send(`event: answer\nid: ${id}\ndata: ${json}\n\n`);
      let cancelBeat = (): void => {};
      const beat = async (): Promise<void> => {
        // Who was removed or demoted meanwhile sees nothing more.
        if (!(await of.mayStill())) return close();
        cancelBeat = clock.at(clock.now() + heartbeatMs, () => void beat());
        send(": still here\n\n");
      };
      end = () => {
        cancelBeat();
        of.leave(tell);
      };
      const close = (): void => {
        end();
        controller.close();
      };
      send("retry: 1000\n\n");
      of.channel.watch(tell);
      cancelBeat = clock.at(clock.now() + heartbeatMs, () => void beat());
      signal.addEventListener("abort", () => end());
    },
    cancel: () => end(),
  });
}
