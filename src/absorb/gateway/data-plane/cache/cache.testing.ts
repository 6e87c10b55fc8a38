import type { Picture, Rule } from "../../../cache/contract.ts";
import { Backend, type Wire, type World, world } from "../world.testing.ts";
import { Cache } from "./cache.ts";
import type { Shelf } from "./shelves.ts";

export const rule: Rule = {
  id: "all",
  hosts: [],
  pathPrefix: "/",
  isOn: true,
  heuristicShare: 0,
  heuristicMsMax: 86_400_000,
  unmarkedMs: 0,
  sharesCookies: false,
  dropQuery: [],
  onErrorMs: 86_400_000,
};
export const picture: Picture = {
  rules: [rule],
  memoryBytesMax: 10_000_000,
  diskBytesMax: 0,
  objectBytesMax: 1_000_000,
  purges: [],
  stale: [],
  harder: [],
};

export type Origin = Backend & { asked: Asked[]; [Symbol.dispose](): void };

/** What the origin got and how it answers, one request at a time. */
export type Asked = { path: string; text: string; wire: Wire; count: number };

/** An origin that answers each whole request head as the test says. */
export function origin(answer: (asked: Asked) => void): Origin {
  const asked: Asked[] = [];
  const read = new WeakMap<Wire, number>();
  const backend = new Backend((wire) => {
    const heads = wire.text.split("\r\n\r\n").slice(0, -1);
    const from = read.get(wire) ?? 0;
    read.set(wire, heads.length);
    for (const text of heads.slice(from)) {
      const path = text.split(" ")[1] ?? "";
      const one = { path, text: `${text}\r\n`, wire, count: asked.length + 1 };
      asked.push(one);
      answer(one);
    }
  });
  return Object.assign(backend, { asked, [Symbol.dispose]: () => backend.stop() });
}

export type CacheWorld = World & { cache: Cache; at: (laterMs: number) => void };

/** A data plane with a cache, on a clock that the test moves. */
export function cacheWorld(
  backend: Backend,
  over: { picture?: Partial<Picture>; rule?: Partial<Rule>; shelf?: Shelf } = {},
): CacheWorld {
  const made = world([backend]);
  const rules = [{ ...rule, ...over.rule }];
  const cache = new Cache(made.plane, { ...picture, rules, ...over.picture }, over.shelf);
  const start = Date.now();
  let later = 0;
  cache.now = () => start + later;
  made.plane.cache = cache;
  return Object.assign(made, {
    cache,
    at: (laterMs: number) => {
      later = laterMs;
    },
  });
}

/** A request on a connection of its own that ends with the answer. */
export const closing = (path: string, lines = "", method = "GET"): string =>
  `${method} ${path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n${lines}\r\n`;

export const page = (body: string, lines = "Cache-Control: max-age=60\r\n", status = "200 OK") =>
  `HTTP/1.1 ${status}\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;

/** An origin whose present answer the test decides: a response, `"gone"` (it hangs up), or nothing at all. */
export function changing(first: string): Origin & { says: (what: string) => void } {
  let now = first;
  const shop = origin(({ wire }) => {
    if (now === "gone") wire.hangUp();
    else wire.send(now);
  });
  return Object.assign(shop, {
    says: (what: string) => {
      now = what;
    },
  });
}

export const statusOf = (answer: string): number => Number(answer.split(" ")[1]);
export const bodyOf = (answer: string): string =>
  answer.split("\r\n\r\n").slice(1).join("\r\n\r\n");
/** A crowd: each on a connection of its own, all at once. */
export const asks = (w: CacheWorld, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => w.ask(closing("/"))));
/** What a page says that is fresh for a second and can be validated. */
export const short = 'Cache-Control: max-age=1\r\nETag: "v1"\r\n';
