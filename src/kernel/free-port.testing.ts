/** Below those that systems give to outgoing connections (32768 on Linux): nobody's visitor takes one by chance meanwhile. */
const [firstPort, portCount] = [20_000, 12_000];
/** Processes that run beside each other begin this far apart. */
const portsEach = 40;

let next = (process.pid * portsEach) % portCount;

/** A port of 127.0.0.1 that nobody has right now, for a program that cannot choose one itself. */
export function freePort(): number {
  for (let tries = 0; tries < portCount; tries++) {
    const port = firstPort + (next++ % portCount);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody listens there.
    }
  }
  throw new Error(`No port is free from ${firstPort} on.`);
}
