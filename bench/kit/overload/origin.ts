/**
 * A site of known capacity, as a process: so many workers, each busy for so long with a request. Whoever comes meanwhile
 * waits inside it, without end, and is worked for even when they have left: as sites do. `/figures` says how many were
 * answered, and how long that really took.
 */
const [port = 0, workers = 1, answerMs = 1] = process.argv.slice(2).map(Number);
const body = "x".repeat(1_024);
const waiting: (() => void)[] = [];
let free = workers;
let answered = 0;
let busyMs = 0;

function work(): void {
  while (free > 0) {
    const answer = waiting.shift();
    if (answer === undefined) return;
    free--;
    const startedAt = performance.now();
    setTimeout(() => {
      free++;
      answered++;
      busyMs += performance.now() - startedAt;
      answer();
      work();
    }, answerMs);
  }
}

Bun.serve({
  hostname: "127.0.0.1",
  port,
  idleTimeout: 0,
  fetch: ({ url }) => {
    if (url.endsWith("/figures")) return Response.json({ answered, busyMs });
    const { promise, resolve } = Promise.withResolvers<Response>();
    waiting.push(() => resolve(new Response(body)));
    work();
    return promise;
  },
});
