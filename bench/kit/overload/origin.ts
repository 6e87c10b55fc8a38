/**
 * A site of known capacity, as a process: so many workers, each busy for so long with a request. Whoever comes meanwhile
 * waits inside it, without end, and is worked for even when they have left: as sites do.
 */
const [port = 0, workers = 1, answerMs = 1] = process.argv.slice(2).map(Number);
const body = "x".repeat(1_024);
const waiting: (() => void)[] = [];
let free = workers;

function work(): void {
  while (free > 0) {
    const answer = waiting.shift();
    if (answer === undefined) return;
    free--;
    setTimeout(() => {
      free++;
      answer();
      work();
    }, answerMs);
  }
}

Bun.serve({
  hostname: "127.0.0.1",
  port,
  idleTimeout: 0,
  fetch: () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    waiting.push(() => resolve(new Response(body)));
    work();
    return promise;
  },
});
