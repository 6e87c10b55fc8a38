import { isRefusal } from "../contract.ts";
import type { Castor } from "../runtime/castor.ts";

type Watcher = (id: number, json: string) => void;
type Channel = {
  watchers: Set<Watcher>;
  last?: { id: number; json: string };
  busy: boolean;
  stop: () => void;
};

const tickMs = 1000;
const afterCommitMs = 50;
const heartbeatMs = 15_000;

/** Streams answers over server-sent events: now, and again whenever they differ. One computation serves all watchers. */
export function liveAnswers(castor: Castor) {
  const channels = new Map<string, Channel>();
  const { clock } = castor.ports;

  const open = (name: string, input: unknown, key: string): Channel => {
    const compute = async (): Promise<void> => {
      if (channel.busy) return;
      channel.busy = true;
      try {
        const id = castor.facts.head();
        const answer = await castor.askByName(name, input);
        if (isRefusal(answer)) return;
        const json = JSON.stringify(answer);
        if (json === channel.last?.json) return;
        channel.last = { id, json };
        for (const watcher of channel.watchers) watcher(id, json);
      } finally {
        channel.busy = false;
      }
    };
    let cancelTick = (): void => {};
    let cancelSoon: (() => void) | undefined;
    const tick = (): void => {
      cancelTick = clock.at(clock.now() + tickMs, tick);
      void compute();
    };
    const unhear = castor.facts.onCommit(() => {
      cancelSoon ??= clock.at(clock.now() + afterCommitMs, () => {
        cancelSoon = undefined;
        void compute();
      });
    });
    const channel: Channel = {
      watchers: new Set(),
      busy: false,
      stop: () => {
        cancelTick();
        cancelSoon?.();
        unhear();
        channels.delete(key);
      },
    };
    channels.set(key, channel);
    tick();
    return channel;
  };

  return (request: Request, name: string, input: unknown): Response => {
    const key = `${name} ${JSON.stringify(input)}`;
    const channel = channels.get(key) ?? open(name, input, key);
    const encoder = new TextEncoder();
    let end = (): void => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (text: string): void => controller.enqueue(encoder.encode(text));
        const tell: Watcher = (id, json) => send(`event: answer\nid: ${id}\ndata: ${json}\n\n`);
        let cancelBeat = (): void => {};
        const beat = (): void => {
          send(": still here\n\n");
          cancelBeat = clock.at(clock.now() + heartbeatMs, beat);
        };
        end = () => {
          cancelBeat();
          channel.watchers.delete(tell);
          if (channel.watchers.size === 0) channel.stop();
        };
        channel.watchers.add(tell);
        send("retry: 1000\n\n");
        if (channel.last) tell(channel.last.id, channel.last.json);
        cancelBeat = clock.at(clock.now() + heartbeatMs, beat);
        request.signal.addEventListener("abort", () => end());
      },
      cancel: () => end(),
    });
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      },
    });
  };
}
