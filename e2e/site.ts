// A small service for the proofs: says who it is, takes its time when asked, and ends gracefully.
const instance = process.env["INSTANCE"] ?? "site";
const encoder = new TextEncoder();

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"] ?? 0),
  idleTimeout: 0,
  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/health") return new Response("well");
    if (pathname.startsWith("/slow/")) return slowly(Number(pathname.slice("/slow/".length)));
    const headers = { "x-instance": instance, "x-cookie": request.headers.get("cookie") ?? "" };
    return new Response(`seen ${pathname}${search}`, { headers });
  },
});

/** Half of the answer now, half of it later. */
function slowly(ms: number): Response {
  return new Response(
    new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(encoder.encode("first half, "));
        await Bun.sleep(ms);
        controller.enqueue(encoder.encode("second half"));
        controller.close();
      },
    }),
  );
}

process.on("SIGTERM", () => {
  void server.stop().then(() => process.exit(0));
});
export {};
