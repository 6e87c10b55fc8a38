import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "./http/certificate.fixture.ts";
import { listeningAt } from "./http/client.ts";
import { crowdOptions, type CrowdOptions } from "./options.ts";
import { runCrowd } from "./run-crowd.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function site(fetch: (request: Request) => Response | Promise<Response>): string {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch });
  stops.push(() => server.stop(true));
  return server.url.href;
}

/** A server that answers each connection's bytes as it likes. */
function rawSite(data: (socket: Bun.Socket<{ heard: number }>, text: string) => void): string {
  const server = Bun.listen<{ heard: number }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => {
        socket.data = { heard: 0 };
      },
      data: (socket, bytes) => {
        socket.data.heard += 1;
        data(socket, bytes.toString("latin1"));
      },
    },
  });
  stops.push(() => server.stop(true));
  return `http://127.0.0.1:${server.port}/`;
}

const few = (target: string, more: Partial<CrowdOptions> = {}): CrowdOptions =>
  crowdOptions({ target, rate: 100, seconds: 60, requestsMax: 20, newConnections: 0, ...more });

const empty = "HTTP/1.1 204 No Content\r\n\r\n";

describe("a crowd", () => {
  test("sends what was asked for and counts what came back", async () => {
    let count = 0;
    const report = await runCrowd(
      few(site(() => new Response("x", { status: ++count % 2 ? 200 : 404 }))),
    );
    expect(report).toMatchObject({
      requests: 20,
      statuses: { "200": 10, "404": 10 },
      failures: {},
      errors: 0,
      stoppedEarly: false,
    });
    expect(report.latencyMs.p50).toBeGreaterThan(0);
    expect(report.latencyMs.max).toBeGreaterThanOrEqual(report.latencyMs.p99);
    expect(report.slowest[0]).toMatchObject({ path: "/", requests: 20 });
  });

  test("does not wait for a slow site: its visitors keep coming, and their waiting counts", async () => {
    const { promise: everybodyIsHere, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    const target = site(async () => {
      if (++waiting === 20) resolve();
      await everybodyIsHere;
      return new Response("at last");
    });
    // A crowd that waits for answers would never have twenty visitors here at once.
    const report = await runCrowd(few(target, { timeoutMs: 60_000 }));
    expect(report.statuses).toEqual({ "200": 20 });
    // The first came some 200 ms before the last, and everybody waited for the last.
    expect(report.latencyMs.mean).toBeGreaterThan(20);
  });

  test("says how a request failed", async () => {
    const closed = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const nobody = `http://127.0.0.1:${closed.port}/`;
    closed.stop(true);
    const failures = async (target: string): Promise<Record<string, number>> =>
      (await runCrowd(few(target, { requestsMax: 3, timeoutMs: 400 }))).failures;
    expect(await failures(nobody)).toEqual({ refused: 3 });
    expect(await failures(rawSite(() => {}))).toEqual({ timeout: 3 });
    expect(await failures(rawSite((socket) => void socket.end()))).toEqual({ reset: 3 });
    expect(await failures(rawSite((socket) => void socket.write("what?\r\n\r\n")))).toEqual({
      malformed: 3,
    });
    const halfway = (socket: Bun.Socket<{ heard: number }>): void => {
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    };
    expect(await failures(rawSite(halfway))).toEqual({ truncated: 3 });
  });

  test("counts 5xx as errors, 4xx not", async () => {
    const report = await runCrowd(few(site(() => new Response("", { status: 503 }))));
    expect(report.errors).toBe(20);
  });

  test("asks once more when a kept connection was closed in between, as browsers do", async () => {
    // Answers the first request of a connection and hangs up on the second.
    const target = rawSite((socket) =>
      socket.data.heard === 1 ? void socket.write(empty) : void socket.end(),
    );
    const report = await runCrowd(few(target, { rate: 20 }));
    expect(report.statuses).toEqual({ "204": 20 });
    expect(report.resent).toBeGreaterThan(0);
    expect(report.errors).toBe(0);
  });

  test("brings new connections where people do", async () => {
    const target = site(() => new Response("x"));
    const fresh = await runCrowd(few(target, { newConnections: 1 }));
    const kept = await runCrowd(few(target, { newConnections: 0, rate: 20 }));
    expect(fresh.connections).toBe(20);
    expect(kept.connections).toBeLessThan(20);
  });

  test("speaks TLS to this machine, whoever signed its certificate, with and without new connections", async () => {
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: selfSigned,
      fetch: () => new Response("x".repeat(100_000)),
    });
    stops.push(() => server.stop(true));
    const report = await runCrowd(
      few(`https://127.0.0.1:${server.port}/`, { newConnections: 0.5 }),
    );
    expect(report.statuses).toEqual({ "200": 20 });
    expect(report.errors).toBe(0);
    expect(report.bytes).toBeGreaterThan(2_000_000);
  });

  test("goes to the first of a name's addresses where somebody listens", async () => {
    const at = (port: number) => ({
      ip: "127.0.0.1",
      port,
      host: "x",
      tls: false,
      verifyTls: false,
    });
    const { port } = new URL(site(() => new Response("x")));
    expect(await listeningAt([at(1), at(Number(port))], 1000)).toEqual(at(Number(port)));
    expect(await listeningAt([at(1), at(2)], 1000)).toEqual(at(1));
  });

  test("does not send more at a time than its limit, and says what it did not send", async () => {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const target = site(async () => {
      await done;
      return new Response("x");
    });
    const onProgress = ({ inFlight, errors }: { inFlight: number; errors: number }): void => {
      if (inFlight === 5 && errors === 15) resolve();
    };
    const report = await runCrowd(few(target, { inFlightMax: 5 }), { onProgress, progressMs: 20 });
    expect(report).toMatchObject({ requests: 5, notSent: 15, errors: 15 });
  });

  test("stops when it is told to, and reports what there is", async () => {
    const stop = new AbortController();
    let count = 0;
    const target = site(() => {
      if (++count === 5) stop.abort();
      return new Response("x");
    });
    const report = await runCrowd(few(target, { requestsMax: 100_000 }), { signal: stop.signal });
    expect(report.stoppedEarly).toBe(true);
    expect(report.requests).toBeGreaterThanOrEqual(5);
    expect(report.requests).toBeLessThan(100_000);
  });

  test("walks through a site by its links, with cookies and referrers, and does not leave it", async () => {
    const seen: string[] = [];
    const target = site((request) => {
      const { pathname } = new URL(request.url);
      const from = new URL(request.headers.get("referer") ?? "http://x/-").pathname;
      seen.push(`${from} ${pathname} ${request.headers.get("cookie") ?? ""}`);
      if (pathname === "/b") return Response.redirect("http://203.0.113.1/", 302);
      return new Response(pathname === "/" ? '<a href="/a">' : '<a href="/b">', {
        headers: { "set-cookie": `at=${pathname}` },
      });
    });
    await runCrowd(few(target, { requestsMax: 1, pages: 4, thinkSeconds: 0.001 }));
    expect(seen).toEqual(["/- / ", "/ /a at=/", "/a /b at=/a", "/b / at=/a"]);
  });
});

describe("a replayed day", () => {
  const folder = mkdtempSync(join(tmpdir(), "castor-crowd-"));
  const logFile = join(folder, "access.log");
  const line = (second: number, request: string): string =>
    `10.0.0.${second} - - [01/Jan/2026:00:00:0${second} +0000] "${request} HTTP/1.1" 200 1 "http://from.example/" "agent ${second}"`;
  const lines = [line(0, "GET /first"), line(5, "POST /form"), line(9, "HEAD /last?x=1")];

  test("keeps methods, paths, browsers, referrers and the order, and writes nothing unasked", async () => {
    writeFileSync(logFile, lines.join("\n"));
    const seen: string[] = [];
    const target = site((request) => {
      const { pathname, search } = new URL(request.url);
      const { headers } = request;
      seen.push(
        [request.method, pathname + search, headers.get("user-agent"), headers.get("referer")].join(
          " ",
        ),
      );
      return new Response("");
    });
    const replay = { curve: "replay" as const, logFile, seconds: 0.3, requestsMax: 99 };
    const report = await runCrowd(few(target, replay));
    expect(seen).toEqual([
      "GET /first agent 0 http://from.example/",
      "HEAD /last?x=1 agent 9 http://from.example/",
    ]);
    expect(report.people).toBe(2);
    expect(report.notes.join("\n")).toContain("1 requests that are not GET or HEAD are left out");
    await runCrowd(few(target, { ...replay, allMethods: true }));
    expect(seen).toContain("POST /form agent 5 http://from.example/");
    rmSync(folder, { recursive: true });
  });
});
