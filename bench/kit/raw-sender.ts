/** A body with the id that its answer has to name. */
export type Sending = { id: string; body: Buffer };
export type Load = {
  sent: number;
  statuses: Record<string, number>;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  tookS: number;
  cpuMs: number;
};
type Line = { said: string; answered: ((said: string) => void) | undefined };

/** POSTs over sockets that stay open, one request at a time on each, and reads no more of an answer than it needs: `fetch` costs five times as much. */
export async function sendOver(
  url: URL,
  of: { seconds: number; connections: number; perSecond: number; next: () => Sending },
): Promise<Load> {
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const endsAt = startedAt + of.seconds * 1_000;
  let begun = 0;
  const line = async (): Promise<void> => {
    const { post, end } = await connected(url);
    for (;;) {
      const dueAt = of.perSecond > 0 ? startedAt + (begun / of.perSecond) * 1_000 : 0;
      if (Math.max(dueAt, performance.now()) >= endsAt) return end();
      begun++;
      const early = dueAt - performance.now();
      if (early > 0) await Bun.sleep(early);
      const { id, body } = of.next();
      const at = performance.now();
      const said = await post(body);
      latencies.push(performance.now() - at);
      const status = said.slice(9, 12);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status !== "200") await Bun.sleep(waitMs);
      else if (!said.includes(id)) throw new Error(`The answer is not for ${id}: ${said}`);
    }
  };
  await Promise.all(Array.from({ length: of.connections }, line));
  const tookS = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    latencies[Math.floor(q * (latencies.length - 1))] ?? Number.NaN;
  const sent = statuses["200"] ?? 0;
  return {
    ...{ sent, statuses, tookS, cpuMs: (user + system) / 1_000, perSecond: sent / tookS },
    ...{ p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: latencies.at(-1) ?? Number.NaN },
  };
}
const waitMs = 50;

/** A connection: give it a body, have the whole answer. */
async function connected(url: URL): Promise<{ post(body: Buffer): Promise<string>; end(): void }> {
  const line: Line = { said: "", answered: undefined };
  let rest: Buffer = Buffer.alloc(0);
  const socket = await Bun.connect({
    hostname: url.hostname,
    port: Number(url.port),
    socket: {
      data: (_, chunk) => heard(line, chunk.toString("latin1")),
      drain: (open) => void (rest = rest.subarray(open.write(rest))),
      close: () => line.answered?.("HTTP/1.1 000 The connection ended."),
    },
  });
  const head = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-encoding: gzip\r\ncontent-length: `;
  const post = (body: Buffer): Promise<string> =>
    new Promise((resolve) => {
      line.answered = resolve;
      const request = Buffer.concat([Buffer.from(`${head}${body.length}\r\n\r\n`), body]);
      rest = request.subarray(socket.write(request));
    });
  return { post, end: () => void socket.end() };
}

/** Castor's answers to an SDK state their length. */
function heard(line: Line, more: string): void {
  line.said += more;
  const end = line.said.indexOf("\r\n\r\n");
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(line.said) ?? [];
  if (end < 0 || line.said.length < end + 4 + Number(length ?? Number.NaN)) return;
  const { said } = line;
  line.said = "";
  line.answered?.(said);
}
