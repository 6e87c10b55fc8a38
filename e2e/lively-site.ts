// A small service of long connections for the proofs: a WebSocket that says back what it hears, and a stream of counted events.
const encoder = new TextEncoder();
const tickMs = 100;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"] ?? 0),
  idleTimeout: 0,
  fetch(request, bun) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/socket") && bun.upgrade(request)) return undefined;
    if (pathname.endsWith("/events")) return events(request.signal);
    return new Response(`seen ${pathname}`);
  },
  websocket: {
    message: (socket, heard) => void socket.send(heard),
  },
});

function events(signal: AbortSignal): Response {
  let count = 0;
  let ticking: Timer | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      ticking = setInterval(
        () => controller.enqueue(encoder.encode(`data: ${++count}\n\n`)),
        tickMs,
      );
      signal.addEventListener("abort", () => clearInterval(ticking));
    },
    cancel: () => clearInterval(ticking),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

process.on("SIGTERM", () => {
  void server.stop(true).then(() => process.exit(0));
});
export {};
