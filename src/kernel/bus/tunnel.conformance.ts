import { expect, test } from "bun:test";
import { NobodyServes, type Tunnel } from "./bus.ts";
import { type BusWorld, failureOf, until } from "./bus-world.ts";

const timeoutMs = 5_000;
const kib = 1024;

/** A chunk that shows its place. */
const chunk = (n: number, bytes = 4): Uint8Array => {
  const made = new Uint8Array(bytes);
  new DataView(made.buffer).setUint32(0, n);
  return made;
};
const placeOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);

async function pair(world: BusWorld): Promise<[opener: Tunnel, member: Tunnel]> {
  const taken = Promise.withResolvers<Tunnel>();
  world.buses[1].serve("far", { tunnel: taken.resolve });
  await world.settled();
  const opener = await world.buses[2].open("far", { timeoutMs });
  return [opener, await taken.promise];
}

/** What every bus promises about tunnels. */
export function tunnelConformance(world: () => BusWorld): void {
  test("a tunnel carries chunks both ways, whole and in order", async () => {
    const [opener, member] = await pair(world());
    const echo = (async () => {
      for await (const bytes of member) await member.send(bytes);
      member.close();
    })();
    const back: number[] = [];
    const reading = (async () => {
      for await (const bytes of opener) {
        back.push(placeOf(bytes));
        expect(bytes.length).toBe(1000 + back.length - 1);
        if (back.length === 500) opener.close("done");
      }
    })();
    for (let n = 0; n < 500; n++) await opener.send(chunk(n, 1000 + n));
    await reading;
    await echo;
    expect(back).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(await opener.closed).toBe("done");
    expect(await member.closed).toBe("done");
  });

  test("sends that are not awaited stay in order", async () => {
    const [opener, member] = await pair(world());
    const sending = Array.from({ length: 50 }, (_, n) => opener.send(chunk(n, 30 * kib)));
    void Promise.all(sending).then(() => opener.close());
    const places: number[] = [];
    for await (const bytes of member) places.push(placeOf(bytes));
    expect(places).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test("a chunk larger than a part arrives complete, in several", async () => {
    const [opener, member] = await pair(world());
    const large = Uint8Array.from({ length: 300_000 }, (_, n) => n % 251);
    void opener.send(large).then(() => opener.close());
    const parts: Uint8Array[] = [];
    for await (const part of member) parts.push(part);
    expect(parts.length).toBeGreaterThan(1);
    expect(Buffer.concat(parts).equals(large)).toBe(true);
  });

  test("a slow reader stalls the sender: what is under way stays bounded", async () => {
    const here = world();
    const [opener, member] = await pair(here);
    let sent = 0;
    const sending = (async () => {
      for (let n = 0; n < 200; n++) {
        await opener.send(chunk(n, 16 * kib));
        sent = n + 1;
      }
      opener.close();
    })();
    await until(() => sent >= 15);
    await here.settled();
    const stalledAt = sent;
    expect(stalledAt * 16).toBeLessThanOrEqual(256);
    let read = 0;
    let furthestAhead = 0;
    for await (const bytes of member) {
      expect(placeOf(bytes)).toBe(read++);
      furthestAhead = Math.max(furthestAhead, sent - read);
    }
    await sending;
    expect(read).toBe(200);
    expect(furthestAhead * 16).toBeLessThanOrEqual(272);
  });

  test("closing ends both sides, wakes who waits, and gives the reason", async () => {
    const [opener, member] = await pair(world());
    const refused = failureOf(opener.send(new Uint8Array(1_000 * kib)));
    member.close("enough");
    expect(String(await refused)).toContain("enough");
    expect(await opener.closed).toBe("enough");
    expect(String(await failureOf(opener.send(chunk(1))))).toContain("enough");
  });

  test("what was sent before the end is still read", async () => {
    const [opener, member] = await pair(world());
    for (const n of [1, 2, 3]) await opener.send(chunk(n));
    opener.close();
    await member.closed;
    const places: number[] = [];
    for await (const bytes of member) places.push(placeOf(bytes));
    expect(places).toEqual([1, 2, 3]);
  });

  test("a tunnel to nobody is refused; one to a side that goes is closed with a reason", async () => {
    const here = world();
    const refused = failureOf(here.buses[0].open("nobody", { timeoutMs }));
    expect(await refused).toBeInstanceOf(NobodyServes);
    const [opener, member] = await pair(here);
    await here.buses[1].close();
    expect(await opener.closed).toBeString();
    expect(await member.closed).toBeString();
    expect(String(await failureOf(opener.send(chunk(1))))).toContain("closed");
  });

  test("both ends of a tunnel may live in one process", async () => {
    const here = world();
    here.buses[1].serve("self", {
      tunnel: (tunnel) =>
        void (async () => {
          for await (const bytes of tunnel) await tunnel.send(bytes);
        })(),
    });
    await here.settled();
    const tunnel = await here.buses[1].open("self", { timeoutMs });
    await tunnel.send(chunk(7));
    for await (const bytes of tunnel) {
      expect(placeOf(bytes)).toBe(7);
      tunnel.close();
    }
  });
}
