// A small origin with a knee, for the proofs: it works on a few pages at a time; what is too much waits here.
const atATime = 3;
const workMs = 60;
let working = 0;
const waiting: (() => void)[] = [];

async function work(): Promise<void> {
  if (working >= atATime) {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    await promise;
  }
  working++;
  await Bun.sleep(workMs);
  working--;
  waiting.shift()?.();
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"] ?? 0),
  idleTimeout: 0,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return new Response("well");
    await work();
    // Pages may be shared for a second; everything else is for one visitor alone.
    const control = pathname.startsWith("/page/") ? "max-age=1" : "no-store";
    return new Response(`<!doctype html><title>${pathname}</title><p>seen ${pathname}`, {
      headers: { "cache-control": control, "content-type": "text/html; charset=utf-8" },
    });
  },
});

process.on("SIGTERM", () => {
  void server.stop().then(() => process.exit(0));
});
export {};
