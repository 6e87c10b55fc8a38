import { expect, test } from "bun:test";
import { virtualClock } from "../clock/virtual.ts";
import { type Bench, fact, failure } from "./conformance-bench.ts";
import { envelopeBytesMax, TooLarge, Unavailable, WrongVersion } from "./log.ts";

/** What appending promises. */
export function appending(bench: () => Bench): void {
  test("acknowledges the position and the versions it wrote", async () => {
    const ack = await bench().append([fact("boat/1"), fact("boat/2"), fact("boat/1")]);
    expect(ack).toEqual({ position: 3, versions: { "boat/1": 2, "boat/2": 1 }, duplicate: false });
    expect(bench().log.head()).toBe(3);
    expect(bench().log.version("boat/1")).toBe(2);
    expect(bench().log.version("boat/none")).toBe(0);
  });

  test("writes all events of an envelope or none, over several streams", async () => {
    await bench().append([fact("boat/1")]);
    const expectations = { "boat/2": "none", "boat/1": 7 } as const;
    const why = await failure(
      bench().append([fact("boat/2"), fact("boat/1")], { expect: expectations }),
    );
    expect(why).toBeInstanceOf(WrongVersion);
    expect(why).toMatchObject({ stream: "boat/1", actual: 1 });
    expect(bench().log.head()).toBe(1);
    expect(bench().log.read("boat/2")).toEqual([]);
  });

  test("keeps each kind of expectation, also of streams it does not write", async () => {
    await bench().append([fact("boat/1")]);
    const append: Bench["append"] = (events, more) => bench().append(events, more);
    await append([fact("a")], { expect: { "boat/1": 1, "boat/9": "none" } });
    await append([fact("a")], { expect: { "boat/1": "exists", a: "any" } });
    await append([fact("a")], { expect: { "boat/9": 0 } });
    for (const [stream, expected] of [
      ["boat/1", 0],
      ["boat/1", 2],
      ["boat/1", "none"],
      ["boat/9", "exists"],
      ["boat/9", 1],
    ] as const)
      expect(await failure(append([fact("a")], { expect: { [stream]: expected } }))).toBeInstanceOf(
        WrongVersion,
      );
    expect(bench().log.version("a")).toBe(3);
  });

  test("of many writers who believe the same version, exactly one wins", async () => {
    const tries = Array.from({ length: 50 }, (_, writer) =>
      bench().append([fact("boat/1", "boats.sailed", { writer })], {
        expect: { "boat/1": "none" },
      }),
    );
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(bench().log.head()).toBe(1);
  });

  test("a refused envelope does not touch its neighbours", async () => {
    const results = await Promise.allSettled([
      bench().append([fact("boat/1")]),
      bench().append([fact("boat/1")], { expect: { "boat/1": 9 } }),
      bench().append([fact("boat/1")], { expect: { "boat/1": 1 } }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(
      bench()
        .log.read("boat/1")
        .map(({ version }) => version),
    ).toEqual([1, 2]);
    expect(await bench().log.verify()).toMatchObject({ checked: 2 });
  });

  test("an id appended again gets the first acknowledgement and writes nothing", async () => {
    const envelope = bench().envelope([fact("boat/1"), fact("boat/2")], {
      expect: { "boat/1": "none" },
    });
    const first = await bench().log.append(envelope);
    await bench().append([fact("boat/1")]);
    expect(await bench().log.append(envelope)).toEqual({ ...first, duplicate: true });
    await bench().reopen();
    expect(await bench().log.append(envelope)).toEqual({ ...first, duplicate: true });
    expect(bench().log.head()).toBe(3);
  });

  test("two equal ids at the same time are written once", async () => {
    const envelope = bench().envelope([fact("boat/1")]);
    const acks = await Promise.all([bench().log.append(envelope), bench().log.append(envelope)]);
    expect(acks.map(({ duplicate }) => duplicate)).toEqual([false, true]);
    expect(acks.map(({ position }) => position)).toEqual([1, 1]);
    expect(bench().log.head()).toBe(1);
  });

  test("retries among many appended at once get their first acknowledgements, and no neighbour suffers", async () => {
    const expecting = (n: number) =>
      bench().envelope([fact(`boat/${n}`), fact("harbour")], { expect: { [`boat/${n}`]: "none" } });
    const before = expecting(0);
    const first = await bench().log.append(before);
    const fresh = Array.from({ length: 100 }, (_, n) => expecting(n + 1));
    const all = [...fresh.slice(0, 50), before, ...fresh.slice(50), ...fresh.slice(40, 60)];
    const acks = await Promise.all(all.map((envelope) => bench().log.append(envelope)));
    expect(acks[50]).toEqual({ ...first, duplicate: true });
    const written = acks.filter(({ duplicate }) => !duplicate);
    expect(written.map(({ position }) => position)).toEqual(fresh.map((_, n) => 4 + 2 * n));
    expect(written.map(({ versions }) => versions.harbour)).toEqual(fresh.map((_, n) => n + 2));
    const retried = acks.slice(101);
    expect(retried).toEqual(written.slice(40, 60).map((ack) => ({ ...ack, duplicate: true })));
    expect(bench().log.version("harbour")).toBe(101);
    expect(await bench().log.verify()).toMatchObject({ checked: 202 });
  });

  test("an id that was refused may be tried again", async () => {
    const envelope = bench().envelope([fact("boat/2")], { expect: { "boat/1": "exists" } });
    await failure(bench().log.append(envelope));
    await bench().append([fact("boat/1")]);
    expect(await bench().log.append(envelope)).toMatchObject({ position: 2, duplicate: false });
  });

  test("acknowledges in the order of appending, and order is the same after reopening", async () => {
    const acks = await Promise.all(
      Array.from({ length: 2_500 }, (_, n) => bench().append([fact(`boat/${n % 7}`, "t", { n })])),
    );
    expect(acks.map(({ position }) => position)).toEqual(acks.map((_, index) => index + 1));
    await bench().reopen();
    const numbers: unknown[] = [];
    for (let after = 0; after < bench().log.head(); after += 1_000)
      numbers.push(
        ...bench()
          .log.page({ after })
          .map(({ event }) => event.data),
      );
    expect(numbers).toEqual(acks.map((_, n) => ({ n })));
    expect(bench().log.version("boat/0")).toBe(358);
  });

  test("refuses what is larger than it takes, and what cannot be a name", async () => {
    const text = "ß".repeat(envelopeBytesMax / 2);
    expect(await failure(bench().append([fact("boat/1", "t", { text })]))).toBeInstanceOf(TooLarge);
    for (const name of ["", "a\nb", "a\u0000", "\ud800", "x".repeat(600)])
      expect(await failure(bench().append([fact(name)]))).toBeInstanceOf(TypeError);
    expect(bench().log.head()).toBe(0);
  });

  test("an envelope without events only asks whether its expectations hold", async () => {
    await bench().append([fact("boat/1")]);
    expect(await bench().append([], { expect: { "boat/1": 1 } })).toEqual({
      position: 1,
      versions: {},
      duplicate: false,
    });
    expect(await failure(bench().append([], { expect: { "boat/1": 2 } }))).toBeInstanceOf(
      WrongVersion,
    );
  });

  test("what the writer changes after appending changes nothing", async () => {
    const data = { knots: 5 };
    const appended = bench().append([fact("boat/1", "boats.sailed", data)]);
    data.knots = 99;
    await appended;
    expect(bench().log.at(1)?.event.data).toEqual({ knots: 5 });
  });

  test("time never runs backwards, not even when the machine's clock is set back", async () => {
    const early = bench().clock.now();
    await bench().append([fact("boat/1")]);
    await bench().clock.advance(5_000);
    await bench().append([fact("boat/1")]);
    await bench().log.close();
    bench().log = bench().world.open({ clock: virtualClock({ now: early - 60_000 }) });
    await bench().append([fact("boat/1")]);
    const times = bench()
      .log.read("boat/1")
      .map(({ at }) => at);
    expect(times).toEqual([early, early + 5_000, early + 5_000]);
  });

  test("closing writes what waits, and then takes nothing more", async () => {
    const waiting = bench().append([fact("boat/1")]);
    await bench().log.close();
    expect(await waiting).toMatchObject({ position: 1 });
    expect(await failure(bench().append([fact("boat/1")]))).toBeInstanceOf(Unavailable);
    expect(() => bench().log.read("boat/1")).toThrow(Unavailable);
    await bench().reopen();
    expect(bench().log.head()).toBe(1);
  });
}
