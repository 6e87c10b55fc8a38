// An instance for the fault drills: a signal makes it ill, the same signal makes it well.
const crawlMs = 4_000;
const port = Number(process.env["PORT"] ?? 0);
const ills = { fails: false, crawls: false };

const serve = () =>
  Bun.serve({
    hostname: "127.0.0.1",
    port,
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/health") return new Response("well");
      if (ills.crawls) await Bun.sleep(crawlMs);
      return ills.fails
        ? new Response("out of order", { status: 500 })
        : new Response(`seen ${pathname}`);
    },
  });
let server: ReturnType<typeof serve> | undefined = serve();

process.on("SIGUSR1", () => (ills.fails = !ills.fails));
process.on("SIGUSR2", () => (ills.crawls = !ills.crawls));
process.on("SIGHUP", () => {
  if (server === undefined) server = serve();
  else {
    void server.stop(true);
    server = undefined;
  }
});
// It stays, also while it listens nowhere.
setInterval(() => {}, 60_000);
process.on("SIGTERM", () => process.exit(0));
export {};
