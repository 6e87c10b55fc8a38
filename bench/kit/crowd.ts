import http from "node:http";

const crowdSize = 200;
const smallCrowdSize = 50;
const answerMs = 300;
/** Until what is fresh for a second is stale for certain. */
const expiredMs = 2_600;
/** Until a cache that leaves a failed origin alone asks it again. */
const recoveredMs = 11_000;

/** One burst of visitors: who was served, and what the origin had of it. */
export type Turn = { what: string; of: number; served: number; atOrigin: number; p50Ms: number };

type Mode = "well" | "failing";

/** A site that takes its time, says 500 when told to, and can go away and come back on the same port. */
class Site {
  mode: Mode = "well";
  readonly asked = new Map<string, number>();
  readonly #port: number;
  #server: http.Server;

  constructor(port: number) {
    this.#port = port;
    this.#server = this.#made();
  }

  #made(): http.Server {
    return http.createServer((request, response) => {
      const path = request.url ?? "/";
      this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
      setTimeout(() => this.#answer(path, response), answerMs);
    });
  }

  #answer(path: string, response: http.ServerResponse): void {
    if (this.mode === "failing") {
      response.writeHead(500, { "content-type": "text/plain" });
      response.end("boom");
      return;
    }
    const control = path.includes("none")
      ? "no-store"
      : `max-age=1${path.includes("swr") ? ", stale-while-revalidate=30, stale-if-error=60" : ""}`;
    response.writeHead(200, {
      ...{ "content-type": "text/plain", "cache-control": control, etag: '"v1"' },
      "last-modified": "Sun, 01 Nov 2026 00:00:00 GMT",
    });
    response.end("x".repeat(2_000));
  }

  async come(): Promise<void> {
    this.#server = this.#made();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(this.#port, "127.0.0.1", resolve);
    await promise;
  }

  async go(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}

type Visit = { status: number; ms: number };

function visit(port: number, path: string): Promise<Visit> {
  const { promise, resolve } = Promise.withResolvers<Visit>();
  const startedAt = performance.now();
  const done = (status: number): void =>
    resolve({ status, ms: Math.round(performance.now() - startedAt) });
  const request = http.get(
    { host: "127.0.0.1", port, path, agent: false, timeout: 15_000 },
    (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode ?? 0));
      response.on("error", () => done(0));
    },
  );
  request.on("error", () => done(0));
  request.on("timeout", () => request.destroy());
  return promise;
}

/** Bursts on a cold page, an expired one, one whose origin fails, one whose origin is gone; with and without RFC 5861. */
export async function crowd(of: { origin: number; port: number }): Promise<Turn[]> {
  const site = new Site(of.origin);
  await site.come();
  const turns: Turn[] = [];
  const burst = async (what: string, path: string, size = crowdSize): Promise<void> => {
    const before = site.asked.get(path) ?? 0;
    const visits = await Promise.all(Array.from({ length: size }, () => visit(of.port, path)));
    await Bun.sleep(answerMs * 1.5);
    const sorted = visits.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const served = visits.filter(({ status }) => status === 200).length;
    const atOrigin = (site.asked.get(path) ?? 0) - before;
    turns.push({ what, of: size, served, atOrigin, p50Ms: sorted[size >> 1] ?? Number.NaN });
  };
  while ((await visit(of.port, "/warm")).status !== 200) await Bun.sleep(100);
  for (const [path, label] of [
    ["/plain", "max-age"],
    ["/swr", "with RFC 5861"],
  ] as const) {
    await burst(`${label}, cold`, path);
    await Bun.sleep(expiredMs);
    await burst(`${label}, expired`, path);
    await Bun.sleep(expiredMs);
    site.mode = "failing";
    await burst(`${label}, origin says 500`, path, smallCrowdSize);
    site.mode = "well";
    await Bun.sleep(recoveredMs);
    await visit(of.port, path);
    await Bun.sleep(expiredMs);
    await site.go();
    await burst(`${label}, origin gone`, path, smallCrowdSize);
    await site.come();
    await Bun.sleep(recoveredMs);
    await visit(of.port, path);
  }
  await burst("no-store, cold", "/none");
  await burst("no-store, known", "/none");
  await site.go();
  return turns;
}
