import { expect, test } from "bun:test";
import { freePort, laneVariable } from "./free-port.testing.ts";

const portsIn = async (lane: string): Promise<number[]> => {
  const script = `import { freePort } from "./free-port.testing.ts"; console.log(JSON.stringify(Array.from({ length: 50 }, freePort)));`;
  const child = Bun.spawn([process.execPath, "-e", script], {
    cwd: import.meta.dir,
    env: { ...process.env, [laneVariable]: lane },
    stdout: "pipe",
  });
  return JSON.parse(await new Response(child.stdout).text()) as number[];
};

function heldBySomebody(port: number): Disposable | undefined {
  try {
    return Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
  } catch {
    return undefined; // Somebody else holds it, which is as good.
  }
}

test("no port is given twice, and none that somebody has", () => {
  const ports = Array.from({ length: 100 }, freePort);
  expect(new Set(ports).size).toBe(100);
  const had = (ports.at(-1) ?? 0) + 1;
  using _ = heldBySomebody(had);
  expect(freePort()).not.toBe(had);
});

test("files that run beside each other have ports of their own", async () => {
  const lanes = await Promise.all(["0", "1", "2"].map(portsIn));
  for (const [lane, ports] of lanes.entries())
    for (const port of ports) expect(Math.floor((port - 20_000) / 4_000)).toBe(lane);
});
