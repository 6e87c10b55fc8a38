import { afterEach, expect, test } from "bun:test";
import { allServe, endAll, type Instance, type Running, startCastor, until } from "./running.ts";
import { siteConfig } from "./services.ts";
import { startLoad } from "./visitors.ts";

const timeoutMs = 120_000;
const requestsMin = 50_000;
const visitors = 24;
const outWithinMs = 1_000;
/** The shortest pause before a restart is 2.4 s, so the dead instance's port is ours for a while. */
const restart = { first: "3s" };
const watchPortMs = 1_000;

afterEach(endAll, timeoutMs);

/** Listens in the place of a dead instance, and tells which visitors were sent there. */
async function visitorsSentTo(port: number, forMs: number): Promise<string[]> {
  const sent: string[] = [];
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(socket, bytes) {
        const [line = ""] = bytes.toString().split("\r\n", 1);
        if (!line.startsWith("GET /health ")) sent.push(line);
        socket.terminate(); // Also for the gateway's own question whether somebody is back.
      },
    },
  });
  await Bun.sleep(forMs);
  listener.stop(true);
  return sent;
}

type Now = { services: { instances: { id: string; healthy: boolean; ejected: boolean }[] }[] };
/** The gateway may send visitors before the first check passes: back is what both say is well. */
async function isBack({ api, instances }: Running, id: string): Promise<boolean> {
  const { services } = (await api.ask("gateway.now")) as Now;
  const found = services.flatMap((each) => each.instances).find((each) => each.id === id);
  const checked = (await instances()).find((each) => each.id === id);
  return found?.healthy === true && !found.ejected && checked?.health === "healthy";
}

/** Kills one instance, and gives what the log said of it until it was back, in its words, oldest first. */
async function kill(castor: Running, { id, pid, port }: Required<Instance>): Promise<string[]> {
  const [last] = await castor.log();
  process.kill(pid, "SIGKILL");
  await Bun.sleep(outWithinMs);
  expect(await visitorsSentTo(port, watchPortMs)).toEqual([]);
  await until(`${id} is back`, () => isBack(castor, id));
  const facts = await castor.log("catalog.instance-*", "gateway.instance-*");
  return facts
    .filter((fact) => fact.position > (last?.position ?? 0) && fact.says.startsWith(id))
    .map((fact) => fact.says)
    .toReversed();
}

test(
  "each of three instances is killed under load: no request fails, none is sent there after a second, and the log tells",
  async () => {
    const castor = await startCastor({ config: siteConfig({ instances: 3, restart }) });
    await allServe(castor, 2);
    const load = startLoad({ gateway: castor.gateway, visitors });
    for (const { id } of await castor.instances()) {
      const goodBefore = load.good;
      const instance = (await castor.instances()).find((each) => each.id === id);
      const told = await kill(castor, instance as Required<Instance>);
      expect(load.good).toBeGreaterThan(goodBefore);
      const order = ["ended by itself: killed by SIGKILL", "runs again as process", "is healthy"];
      const places = order.map((words) => told.findIndex((says) => says.includes(words)));
      expect([places.includes(-1), places.toSorted((a, b) => a - b)]).toEqual([false, places]);
      // A worker that nobody had asked for it until it was said to be gone has nothing to tell.
      const at = (words: RegExp): string[] =>
        told.flatMap((says) => words.exec(says)?.[1] ?? []).toSorted();
      expect(at(/is back in rotation at (gateway-\d) after /)).toEqual(
        at(/out of rotation at (gateway-\d): /),
      );
      const logs = (await castor.api.ask("catalog.instance-logs", { instance: id })) as {
        lines: string[];
      };
      expect(logs.lines.join("\n")).toMatch(
        /ended by SIGKILL; starts again in (2[4-9]|3[0-6])\d\d ms/,
      );
    }
    await until("enough was asked", () => load.good >= requestsMin);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.good).toBeGreaterThanOrEqual(requestsMin);
    console.log(`${load.good} requests, 3 instances killed, 0 failed`);
    expect(await castor.stop()).toBe(0);
  },
  timeoutMs,
);
