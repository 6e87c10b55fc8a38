// A blog on somebody's shelf: two pages are made at a time, and everything leaves over one slow line.
const uplinkBytesPerSecond = 1_000_000; // 8 Mbit/s
const atATime = 2;
const renderMs = 80;
const pieceBytes = 16_384;
const tellEveryMs = 200;

const bodies: Record<string, { bytes: number; type: string }> = {
  page: { bytes: 24_000, type: "text/html; charset=utf-8" },
  "/style.css": { bytes: 12_000, type: "text/css" },
  "/photo.jpg": { bytes: 60_000, type: "image/jpeg" },
};
const filled = new Map<string, Uint8Array>();
for (const [name, { bytes }] of Object.entries(bodies)) {
  const text =
    name === "page"
      ? `<!doctype html><title>A blog</title><link rel="stylesheet" href="/style.css">${"<p>It was a quiet year.</p>".repeat(2_000)}`
      : "x".repeat(bytes);
  filled.set(name, new TextEncoder().encode(text).subarray(0, bytes));
}

let requests = 0;
let sentBytes = 0;
let rendering = 0;
let lineIsFreeAt = 0;
const waiting: (() => void)[] = [];

async function render(): Promise<void> {
  if (rendering >= atATime) {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    await promise;
  }
  rendering++;
  await Bun.sleep(renderMs);
  rendering--;
  waiting.shift()?.();
}

/** The line carries one piece after the other, whoever they are for. */
function overTheLine(body: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const piece = body.subarray(at, at + pieceBytes);
      at += piece.length;
      const now = performance.now();
      lineIsFreeAt = Math.max(lineIsFreeAt, now) + (piece.length / uplinkBytesPerSecond) * 1_000;
      await Bun.sleep(lineIsFreeAt - now);
      sentBytes += piece.length;
      controller.enqueue(piece);
      if (at >= body.length) controller.close();
    },
  });
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"] ?? 0),
  idleTimeout: 0,
  async fetch(request) {
    requests++;
    const { pathname } = new URL(request.url);
    const name = filled.has(pathname) ? pathname : "page";
    if (name === "page") await render();
    const { type = "" } = bodies[name] ?? {};
    const headers = { "content-type": type };
    // Files say how long they keep; pages, as on most blogs, say nothing.
    const kept = name === "page" ? {} : { "cache-control": "public, max-age=3600" };
    return new Response(overTheLine(filled.get(name) ?? new Uint8Array()), {
      headers: { ...headers, ...kept },
    });
  },
});
const tell = (): void => void process.send?.({ port: server.port, requests, sentBytes });
tell();
setInterval(tell, tellEveryMs);
export {};
