import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Something that was started: its processes by part, and how to end it. */
export type Running = {
  readyMs: number;
  pids: Readonly<Record<string, number[]>>;
  stop(): Promise<void>;
};

const root = join(import.meta.dir, "../..");
const readyMsMax = 30_000;
const lookAgainMs = 5;
const outputCharsMax = 4_000;

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}

/** Waits for the first answer that is no 5xx. */
export async function untilAnswers(url: string, msMax = readyMsMax): Promise<void> {
  const until = performance.now() + msMax;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer && answer.status < 500) return;
    if (performance.now() > until) throw new Error(`${url} did not answer within ${msMax} ms`);
    await Bun.sleep(lookAgainMs);
  }
}

/** The resident memory of some processes together, by what the kernel says. */
export function residentMb(pids: readonly number[]): number {
  const kb = pids.map((pid) =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]),
  );
  return kb.reduce((sum, each) => sum + each, 0) / 1024;
}

/** Every process below one. */
export function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [child, ...childrenOf(child)]);
}

/** What a process was started with. */
export const commandOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");

/** Starts Castor in front of a site on free ports, and waits until a visitor gets through. */
export async function castorUp(of: {
  folder: string;
  site: string;
  workers: number;
  /** More words of `castor protect`. */
  flags?: readonly string[];
}): Promise<Running & { gateway: string; console: string }> {
  const [gatewayPort, consolePort] = [await freePort(), await freePort()];
  const startedAt = performance.now();
  const child = Bun.spawn(
    [
      process.execPath,
      join(root, "src/main.ts"),
      "protect",
      new URL(of.site).origin,
      ...(of.flags ?? []),
      ...["--data", of.folder, "--plain", "--workers", String(of.workers)],
      ...["--listen", `127.0.0.1:${gatewayPort}`, "--console", `127.0.0.1:${consolePort}`],
    ],
    { cwd: of.folder, stdout: "pipe", stderr: "pipe" },
  );
  let output = "";
  const listen = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const chunk of stream) {
      output = (output + new TextDecoder().decode(chunk)).slice(-outputCharsMax);
    }
  };
  void listen(child.stdout);
  void listen(child.stderr);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
  };
  const gateway = `http://127.0.0.1:${gatewayPort}/`;
  const ended = child.exited.then((code) => {
    throw new Error(`castor ended with ${code}: ${output}`);
  });
  ended.catch(() => {});
  try {
    await Promise.race([untilAnswers(gateway), ended]);
  } catch (problem) {
    await stop();
    throw new Error(`castor did not start: ${output}`, { cause: problem });
  }
  const readyMs = performance.now() - startedAt;
  const processes = childrenOf(child.pid).map((pid) => ({ pid, command: commandOf(pid) }));
  const having = (word: string): number[] =>
    processes.filter(({ command }) => command.includes(word)).map(({ pid }) => pid);
  return {
    readyMs,
    pids: {
      keeper: [child.pid],
      control: having("__control"),
      workers: having("__gateway-worker"),
    },
    gateway,
    console: `http://127.0.0.1:${consolePort}/`,
    stop,
  };
}
