import { afterEach } from "bun:test";
import { Backend, get, until, ok, type Wire, type World, world } from "../world.testing.ts";

/** What ends with each test. */
export const open: { stop(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.stop();
});

/** An instance that answers when it is told to, in the order of its requests. */
export class Patient {
  readonly backend: Backend;
  readonly unanswered: { wire: Wire; path: string }[] = [];
  most = 0;
  readonly paths: string[] = [];
  readonly #heard = new WeakMap<Wire, number>();

  constructor() {
    this.backend = new Backend((wire) => this.#hear(wire));
    open.push(this.backend);
  }
  get port(): number {
    return this.backend.port;
  }
  #hear(wire: Wire): void {
    const heads = wire.text.match(/(?:GET|POST) (\S+) HTTP/g) ?? [];
    for (const head of heads.slice(this.#heard.get(wire) ?? 0)) {
      const path = head.split(" ")[1] ?? "";
      this.paths.push(path);
      this.unanswered.push({ wire, path });
    }
    this.#heard.set(wire, heads.length);
    this.most = Math.max(this.most, this.unanswered.length);
  }
  answer(text = ok("done")): void {
    this.unanswered.shift()?.wire.send(text);
  }
  async asked(count: number): Promise<void> {
    await until(() => this.paths.length >= count, `${count} requests, not ${this.paths.join()}`);
  }
}

export const fixed = (places: number) => ({ min: places, initial: places, max: places });
type Over = NonNullable<Parameters<typeof world>[1]>;

/** A data plane whose instances have so many places each. */
export function limited(
  backends: readonly { port: number }[],
  places: number,
  over: Over = {},
): World {
  const made = world(backends, {
    ...over,
    service: { concurrency: fixed(places), queue: { waitMsMax: 20_000 }, ...over.service },
  });
  open.push({ stop: () => made[Symbol.dispose]() });
  return made;
}
export const queued = ({ plane }: World): number => plane.stats().services[0]?.queued ?? -1;

export async function visit(at: World, path: string, lines = ""): Promise<Wire> {
  const wire = await at.dial();
  return wire.send(get(path, lines));
}
