/** Below those that systems give to outgoing connections (32768 on Linux): nobody's visitor takes one by chance meanwhile. */
const [firstPort, portsOfLane, lanes] = [20_000, 4_000, 3];
/** Which of the lanes of `npm test` (tools/test.ts) this process runs in; each has ports of its own. */
export const laneVariable = "CASTOR_TEST_LANE";

const start = firstPort + (Number(process.env[laneVariable] ?? 0) % lanes) * portsOfLane;
// What ran before in the same lane may still be letting go of its ports.
let next = (process.pid * 40) % portsOfLane;

/** A port of 127.0.0.1 that nobody has right now, for a program that cannot choose one itself; no second time in this process. */
export function freePort(): number {
  for (let tries = 0; tries < portsOfLane; tries++) {
    const port = start + (next++ % portsOfLane);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody listens there.
    }
  }
  throw new Error(`No port is free from ${start} on.`);
}
