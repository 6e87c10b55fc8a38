// The site behind the proxies of the connections benchmark: small pages, and bodies of any size both ways.
const piece = new Uint8Array(65_536).fill(120);
const page = "x".repeat(1_024);

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  idleTimeout: 0,
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/up") {
      let bytes = 0;
      for await (const part of request.body ?? []) bytes += part.length;
      return new Response(String(bytes));
    }
    if (!pathname.startsWith("/down/")) return new Response(page);
    let left = Number(pathname.slice("/down/".length)) / piece.length;
    return new Response(
      new ReadableStream({
        type: "bytes",
        pull(controller) {
          if (left-- > 0) controller.enqueue(piece.slice());
          else controller.close();
        },
      }),
    );
  },
});
