import { join } from "node:path";
import { loadCore } from "../one-core.ts";

/** What a load has done since it was told to begin. */
export type Done = { answers: number; seconds: number; cpuSeconds: number };

/**
 * A load process on its core. It prints `ready` once it has connected; the first line that it is sent is its start, and each
 * further one asks what it has done. A crowd that has nothing left to say prints its result by itself.
 */
export class Load {
  private readonly process: Bun.Subprocess<"pipe", "pipe", "inherit">;
  private readonly lines: AsyncIterator<string>;

  private constructor(file: string, of: unknown) {
    this.process = Bun.spawn(
      [
        ...["taskset", "-c", loadCore, process.execPath],
        ...[join(import.meta.dir, file), JSON.stringify(of)],
      ],
      { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
    );
    this.lines = linesOf(this.process.stdout);
  }

  static async start(file: string, of: unknown): Promise<Load> {
    const load = new Load(file, of);
    if ((await load.line()) !== "ready") throw new Error(`${file} is not ready.`);
    return load;
  }

  begin(): void {
    this.say();
  }

  /** What it has done so far; throws when it has ended by itself. */
  async done(): Promise<Done> {
    this.say();
    const done = JSON.parse(await this.line()) as Partial<Done>;
    if (done.answers === undefined) throw new Error("The load has nothing left to say.");
    return done as Done;
  }

  /** What it prints when everybody has answered or its time is over. */
  async result<T>(): Promise<T> {
    return JSON.parse(await this.line()) as T;
  }

  /** Stands still where it is: its connections stay, and nothing is sent. */
  stand(): void {
    this.process.kill("SIGSTOP");
  }

  goOn(): void {
    this.process.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.process.exited;
  }

  private say(): void {
    void this.process.stdin.write("\n");
    void this.process.stdin.flush();
  }

  private async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error("The load has ended.");
    return value;
  }
}

async function* linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
