import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { NoAnswer, NobodyServes, RemoteError } from "./bus.ts";
import { type BusWorld, failureOf, until } from "./bus-world.ts";
import { tunnelConformance } from "./tunnel.conformance.ts";

const timeoutMs = 5_000;

/** What every bus promises. */
export function busConformance(name: string, make: () => Promise<BusWorld>): void {
  describe(`bus: ${name}`, () => {
    let world: BusWorld;
    beforeEach(async () => {
      world = await make();
    });
    afterEach(() => world.close());
    const world_ = (): BusWorld => world;
    heardByTopic(world_);
    clusters(world_);
    limits(world_);
    tunnelConformance(world_);
  });
}

function heardByTopic(world: () => BusWorld): void {
  test("everyone who listens to a topic or a prefix hears it, the sender too, once per listener", async () => {
    const { buses, settled } = world();
    const heard: string[] = [];
    buses[0].subscribe("a.b", ({ topic }) => void heard.push(`0 exact ${topic}`));
    buses[1].subscribe("a.*", ({ topic }) => void heard.push(`1 prefix ${topic}`));
    buses[1].subscribe("a.*", ({ topic }) => void heard.push(`1 again ${topic}`));
    buses[2].subscribe("*", ({ topic }) => {
      if (topic.length <= 3) heard.push(`2 all ${topic}`); // The world has topics of its own.
    });
    buses[2].subscribe("a", ({ topic }) => void heard.push(`2 never ${topic}`));
    await settled();
    buses[0].publish("a.b", 1);
    buses[1].publish("b", 1);
    await until(() => heard.length >= 5);
    await settled();
    expect(heard.sort()).toEqual([
      "0 exact a.b",
      "1 again a.b",
      "1 prefix a.b",
      "2 all a.b",
      "2 all b",
    ]);
  });

  test("a message is a JSON value, tells who sent it, and keeps the sender's order", async () => {
    const { buses, settled } = world();
    const heard: unknown[] = [];
    const senders = new Set<string>();
    buses[1].subscribe("n", ({ body, from }) => {
      heard.push(body);
      senders.add(from);
    });
    await settled();
    const changing = { n: 0, text: "é\n", list: [1, null, true], gone: undefined };
    for (let n = 0; n < 200; n++) {
      changing.n = n;
      buses[2].publish("n", changing);
    }
    await until(() => heard.length === 200);
    expect(heard).toEqual(
      Array.from({ length: 200 }, (_, n) => ({ n, text: "é\n", list: [1, null, true] })),
    );
    expect(senders.size).toBe(1);
  });

  test("who stopped listening hears nothing more", async () => {
    const { buses, settled } = world();
    const heard: unknown[] = [];
    const stop = buses[1].subscribe("t", ({ body }) => void heard.push(`stopped ${body}`));
    buses[1].subscribe("t", ({ body }) => void heard.push(body));
    await settled();
    stop();
    stop();
    await settled();
    buses[0].publish("t", 1);
    await until(() => heard.length > 0);
    await settled();
    expect(heard).toEqual([1]);
  });

  test("a message larger than the limit is refused to its sender, and the bus goes on", async () => {
    const { buses, settled } = world();
    const heard: unknown[] = [];
    buses[1].subscribe("t", ({ body }) => void heard.push((body as string).length));
    await settled();
    expect(() => buses[0].publish("t", "x".repeat(5_000_000))).toThrow(RangeError);
    buses[0].publish("t", "x".repeat(4_000_000));
    await until(() => heard.length > 0);
    expect(heard).toEqual([4_000_000]);
  });
}

function clusters(world: () => BusWorld): void {
  test("a broadcast reaches every member of the cluster and nobody else", async () => {
    const { buses, settled } = world();
    const heard: string[] = [];
    buses[0].serve("shop", { broadcast: () => void heard.push("0") });
    buses[1].serve("shop", { broadcast: () => void heard.push("1a") });
    buses[1].serve("shop", { broadcast: () => void heard.push("1b") });
    buses[2].serve("other", { broadcast: () => void heard.push("other") });
    buses[2].serve("shop", { request: async () => void heard.push("asked") });
    await settled();
    buses[2].broadcast("shop", {});
    await until(() => heard.length >= 3);
    await settled();
    expect(heard.sort()).toEqual(["0", "1a", "1b"]);
  });

  test("requests go to exactly one member, in turn", async () => {
    const { buses, settled } = world();
    const asked = [0, 0, 0];
    for (const member of [0, 1, 2] as const)
      buses[member].serve("shop", {
        request: async ({ body }) => {
          asked[member] = (asked[member] ?? 0) + 1;
          return { member, body };
        },
      });
    await settled();
    for (let n = 0; n < 9; n++) {
      const answer = await buses[0].request("shop", n, { timeoutMs });
      expect(answer).toMatchObject({ body: n });
    }
    expect(asked).toEqual([3, 3, 3]);
  });

  test("a busy member is spared", async () => {
    const { buses, settled } = world();
    const release = Promise.withResolvers<string>();
    let slowAsked = 0;
    buses[1].serve("shop", { request: () => (slowAsked++, release.promise) });
    await settled();
    const first = buses[0].request("shop", {}, { timeoutMs });
    await until(() => slowAsked === 1);
    buses[2].serve("shop", { request: async () => "quick" });
    await settled();
    for (let n = 0; n < 5; n++)
      expect(await buses[0].request("shop", {}, { timeoutMs })).toBe("quick");
    release.resolve("slow");
    expect(await first).toBe("slow");
    expect(slowAsked).toBe(1);
  });

  test("nobody serves, no answer and an error are three different noes", async () => {
    const { buses, settled } = world();
    buses[1].serve("silent", { request: () => new Promise(() => undefined) });
    buses[1].serve("deaf", { broadcast: () => undefined });
    buses[1].serve("failing", { request: () => Promise.reject(new Error("out of stock")) });
    await settled();
    const ask = (name: string, ms = timeoutMs) => buses[0].request(name, {}, { timeoutMs: ms });
    expect(await failureOf(ask("nobody"))).toBeInstanceOf(NobodyServes);
    expect(await failureOf(ask("deaf"))).toBeInstanceOf(NobodyServes);
    expect(await failureOf(ask("silent", 10))).toBeInstanceOf(NoAnswer);
    expect(await failureOf(ask("failing"))).toEqual(new RemoteError("out of stock"));
    const giveUp = new AbortController();
    const given = buses[0].request("silent", {}, { timeoutMs, signal: giveUp.signal });
    giveUp.abort();
    expect(await failureOf(given)).toBeInstanceOf(NoAnswer);
    expect(await failureOf(ask("failing"))).toBeInstanceOf(RemoteError);
  });

  test("who stopped serving is asked no more", async () => {
    const { buses, settled } = world();
    const stop = buses[1].serve("shop", { request: async () => "there" });
    await settled();
    expect(await buses[0].request("shop", {}, { timeoutMs })).toBe("there");
    stop();
    await settled();
    const refused = failureOf(buses[0].request("shop", {}, { timeoutMs }));
    expect(await refused).toBeInstanceOf(NobodyServes);
  });

  test("a question to a member that leaves ends at once, not at its time limit", async () => {
    const { buses, settled } = world();
    let asked = false;
    buses[1].serve("shop", {
      request: () => ((asked = true), new Promise(() => undefined)),
    });
    await settled();
    const refused = failureOf(buses[0].request("shop", {}, { timeoutMs: 600_000 }));
    await until(() => asked);
    await buses[1].close();
    expect(await refused).toBeInstanceOf(NoAnswer);
  });

  test("gather brings every member's answer, skips errors, and ends when all have spoken", async () => {
    const { buses, settled } = world();
    for (const member of [0, 1, 2] as const)
      buses[member].serve("shop", { request: async ({ body }) => [member, body] });
    buses[1].serve("shop", { request: () => Promise.reject(new Error("broken")) });
    await settled();
    const bodies = async (of: { timeoutMs: number; max?: number }, name = "shop") => {
      const answers: unknown[] = [];
      for await (const { body } of buses[0].gather(name, "q", of)) answers.push(body);
      return answers.sort();
    };
    expect(await bodies({ timeoutMs: 600_000 })).toEqual([
      [0, "q"],
      [1, "q"],
      [2, "q"],
    ]);
    expect(await bodies({ timeoutMs: 600_000, max: 2 })).toHaveLength(2);
    expect(await bodies({ timeoutMs: 600_000 }, "nobody")).toEqual([]);
    buses[2].serve("shop", { request: () => new Promise(() => undefined) });
    await settled();
    expect(await bodies({ timeoutMs: 1_000 })).toHaveLength(3);
  });
}

function limits(world: () => BusWorld): void {
  test("a listener works on no more than its limits, drops the rest and says how many", async () => {
    const { buses, settled } = world();
    const release = Promise.withResolvers<void>();
    const started: unknown[] = [];
    let dropped = 0;
    let most = 0;
    let running = 0;
    buses[1].subscribe(
      "t",
      async ({ body }) => {
        started.push(body);
        most = Math.max(most, ++running);
        await release.promise;
        running--;
      },
      { concurrency: 2, queuedMax: 3, onDrop: (count) => (dropped += count) },
    );
    await settled();
    for (let n = 0; n < 10; n++) buses[0].publish("t", n);
    await until(() => dropped === 5);
    expect(started).toEqual([0, 1]);
    release.resolve();
    await until(() => started.length === 5);
    await settled();
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
    expect(dropped).toBe(5);
  });

  test("a request beyond the limits is refused at once", async () => {
    const { buses, settled } = world();
    let asked = 0;
    buses[1].serve(
      "shop",
      { request: () => (asked++, new Promise(() => undefined)) },
      { concurrency: 1, queuedMax: 0 },
    );
    await settled();
    void buses[0].request("shop", 1, { timeoutMs }).catch(() => undefined);
    await until(() => asked === 1);
    const refused = failureOf(buses[0].request("shop", 2, { timeoutMs }));
    expect(await refused).toBeInstanceOf(RemoteError);
  });

  test("a listener that throws harms no other", async () => {
    const { buses, settled } = world();
    const heard: unknown[] = [];
    buses[1].subscribe("t", () => {
      throw new Error("a bug on purpose");
    });
    buses[1].subscribe("t", ({ body }) => void heard.push(body));
    await settled();
    buses[0].publish("t", 1);
    buses[0].publish("t", 2);
    await until(() => heard.length === 2);
  });
}
