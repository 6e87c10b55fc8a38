import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { residentMb } from "../bench/kit/castor-up.ts";
import { startSite, startWorker } from "../bench/kit/connections/proxies.ts";
import {
  download,
  idle,
  leave,
  upload,
  visit,
  visitors,
  type Visitor,
} from "../bench/kit/connections/visitors.ts";
import type { Server } from "../bench/kit/one-core.ts";
import { endAll, later, until } from "./running.ts";

const timeoutMs = 90_000;
afterEach(endAll, timeoutMs);

/** A gateway worker as a process of its own, in front of a small site. */
async function worker(limits = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "castor-connections-"));
  later(() => rmSync(folder, { recursive: true, force: true }));
  const ending = (server: Server): Server => {
    later(async () => {
      server.process.kill("SIGKILL");
      await server.process.exited;
    });
    return server;
  };
  const site = ending(await startSite());
  return ending(await startWorker(folder, site.port, limits));
}
const memoryMb = (server: Server): number => residentMb([server.process.pid]);

/** One more visitor asks for a page, and gets it. */
async function isServed(server: Server): Promise<void> {
  const one = await visit(server);
  one.socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  await until("the page is there", () => one.heard > 1_024);
}

test(
  "2,000 idle connections cost less than 16 KB each, and nobody else notices them",
  async () => {
    const server = await worker();
    await leave(await idle(server, 200)); // What a first crowd makes for good.
    const before = memoryMb(server);
    const staying = await idle(server, 2_000);
    expect(((memoryMb(server) - before) * 1_024) / staying.length).toBeLessThan(16);
    await isServed(server);
    await leave(staying);
  },
  timeoutMs,
);

test(
  "1,000 heads that never end keep nobody else away, and each is cut off at its deadline",
  async () => {
    const server = await worker({ requestHeadMs: 4_000 });
    const slow = await visitors(server, 1_000, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    const dripping = setInterval(() => drip(slow), 500);
    later(() => clearInterval(dripping));
    for (let i = 0; i < 20; i++) await isServed(server);
    await until("all of them are cut off", () => slow.every(({ isClosed }) => isClosed), 40_000);
    await isServed(server);
  },
  timeoutMs,
);
const drip = (all: readonly Visitor[]): void => {
  for (const { socket, isClosed } of all) if (!isClosed) socket.write("x");
};

test(
  "200 MB up and down pass through without being held: memory stays bounded and others are served",
  async () => {
    const server = await worker();
    await isServed(server);
    const before = memoryMb(server);
    let most = before;
    const sampling = setInterval(() => (most = Math.max(most, memoryMb(server))), 20);
    later(() => clearInterval(sampling));
    const bytes = 200 * 1_048_576;
    for (const carry of [download, upload]) {
      const carrying = carry(server, bytes);
      for (let i = 0; i < 5; i++) await isServed(server);
      await carrying;
    }
    expect(most - before).toBeLessThan(180);
  },
  timeoutMs,
);
