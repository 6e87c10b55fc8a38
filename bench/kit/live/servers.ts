import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../castor-up.ts";
import { cpuMsOf } from "../cpu.ts";
import { serverCore } from "../one-core.ts";
import { needPeer } from "../peers.ts";
import { nodeUp } from "./node-up.ts";

/** Something that counts answers, on the server's core. */
export type Counting = { port: number; cpuMs(): number; stop(): Promise<void> };

const here = import.meta.dir;
const upWithinMs = 10_000;

async function spawned(command: readonly string[], port: number): Promise<Bun.Subprocess> {
  const started = Bun.spawn(["taskset", "-c", serverCore, ...command], {
    ...{ stdout: "ignore", stderr: "inherit" },
  });
  for (const endsAt = performance.now() + upWithinMs; ; await Bun.sleep(10)) {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } }).catch(
      () => undefined,
    );
    if (socket) {
      socket.end();
      return started;
    }
    if (performance.now() > endsAt) throw new Error(`${command[0]} does not answer.`);
  }
}

const counting = (
  port: number,
  processes: readonly Bun.Subprocess[],
  folder?: string,
): Counting => ({
  port,
  cpuMs: () => processes.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0),
  stop: async () => {
    for (const each of processes) each.kill("SIGTERM");
    await Promise.all(processes.map((each) => each.exited));
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  },
});

async function memcachedProcess(port: number): Promise<Bun.Subprocess> {
  const program = needPeer("memcached");
  return await spawned(
    [
      program,
      "-u",
      "nobody",
      "-l",
      "127.0.0.1",
      "-p",
      `${port}`,
      "-t",
      "1",
      "-m",
      "512",
      "-c",
      "4096",
    ],
    port,
  );
}

export async function memcached(): Promise<Counting> {
  const port = await freePort();
  const server = counting(port, [await memcachedProcess(port)]);
  const made = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port },
    socket: {
      data: (_, bytes) => {
        if (bytes.toString().endsWith("MN\r\n")) made.resolve();
      },
    },
  });
  for (let n = 0; n < 100; n++) socket.write(`set c${n} 0 0 1\r\n0\r\n`);
  socket.write("mn\r\n");
  await made.promise;
  socket.end();
  return server;
}

async function behindFront(
  kind: string,
  store: Bun.Subprocess,
  storePort: number,
  folder?: string,
): Promise<Counting> {
  const port = await freePort();
  const front = await spawned(
    [process.execPath, join(here, "front.ts"), `${port}`, kind, `${storePort}`],
    port,
  );
  return counting(port, [front, store], folder);
}

/** The talk's design, made to count once: a front, `add` to know who answered, `incr` to count. Keeps nothing. */
export async function talk(): Promise<Counting> {
  const port = await freePort();
  return await behindFront("memcached", await memcachedProcess(port), port);
}

/** One Lua script counts once. With `durable` every command is on disk before its answer. */
export async function redis(durable: boolean): Promise<Counting> {
  const program = needPeer("redis-server");
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-redis-"));
  const port = await freePort();
  const aof = durable ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
  const store = await spawned(
    [program, "--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder, ...aof],
    port,
  );
  return await behindFront("redis", store, port, folder);
}

/** Answers 200 and counts nothing. */
export async function nginx(): Promise<Counting> {
  const program = needPeer("nginx");
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-nginx-"));
  const port = await freePort();
  await Bun.write(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log /dev/null;
     events { worker_connections 4096; }
     http { access_log off; keepalive_requests 100000000; server { listen 127.0.0.1:${port} backlog=4096; return 200 "1"; } }`,
  );
  const server = await spawned([program, "-p", folder, "-c", join(folder, "nginx.conf")], port);
  return counting(port, [server], folder);
}

/** Castor's node as the keeper starts it: every answer on disk before its ack. */
export async function durableNode(participants: number): Promise<Counting> {
  const { port, pid, stop } = await nodeUp({ participants, core: serverCore });
  return { port, cpuMs: () => cpuMsOf(pid), stop };
}

/** The same without a disk. */
export async function volatileNode(participants: number): Promise<Counting> {
  const port = await freePort();
  const command = [process.execPath, join(here, "volatile-node.ts"), `${port}`, `${participants}`];
  return counting(port, [await spawned(command, port)]);
}
