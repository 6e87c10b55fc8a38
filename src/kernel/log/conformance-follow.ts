import { expect, test } from "bun:test";
import { type Bench, fact } from "./conformance-bench.ts";
import type { Log, Recorded } from "./log.ts";

/** Collects positions from a tail until it has so many, then ends it. */
async function collect(
  log: Log,
  of: { after: number; types?: string[]; count: number },
): Promise<number[]> {
  const stop = new AbortController();
  const { count, ...from } = of;
  const seen: number[] = [];
  for await (const batch of log.tail({ ...from, signal: stop.signal })) {
    expect(batch.length).toBeGreaterThan(0);
    seen.push(...batch.map(({ position }: Recorded) => position));
    if (seen.length >= count) stop.abort();
  }
  return seen;
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What following promises, and what the hash chain proves. */
export function followingAndProving(bench: () => Bench): void {
  test("a tail gives the past and then the present, without gap or duplicate", async () => {
    for (let n = 0; n < 2_300; n++) void bench().append([fact(`boat/${n}`)]);
    const seen = collect(bench().log, { after: 0, count: 5_000 });
    for (let n = 0; n < 270; n++)
      await Promise.all(Array.from({ length: 10 }, () => bench().append([fact("boat/1")])));
    expect(await seen).toEqual(upTo(1, 5_000));
  });

  test("a tail resumes after the position it is given", async () => {
    for (let n = 0; n < 10; n++) await bench().append([fact("boat/1")]);
    const seen = collect(bench().log, { after: 7, count: 5 });
    await bench().append([fact("boat/1"), fact("boat/2")]);
    expect(await seen).toEqual([8, 9, 10, 11, 12]);
  });

  test("a tail of some types skips all others", async () => {
    await bench().append([fact("boat/1", "sailed"), fact("boat/1", "sank")]);
    await bench().reopen();
    const seen = collect(bench().log, { after: 0, types: ["sank"], count: 3 });
    await bench().append([fact("boat/2", "sailed")]);
    await bench().append([
      fact("boat/2", "sank"),
      fact("boat/3", "sailed"),
      fact("boat/3", "sank"),
    ]);
    expect(await seen).toEqual([2, 4, 6]);
  });

  test("a tail ends when its signal aborts or the log closes", async () => {
    const stop = new AbortController();
    const drained = async (signal: AbortSignal): Promise<string> => {
      for await (const batch of bench().log.tail({ after: 0, signal })) void batch;
      return "ended";
    };
    const first = drained(stop.signal);
    const second = drained(new AbortController().signal);
    stop.abort();
    expect(await first).toBe("ended");
    await bench().append([fact("boat/1")]);
    await bench().log.close();
    expect(await second).toBe("ended");
    expect(await drained(AbortSignal.abort())).toBe("ended");
  });

  test("a commit is told before its append resolves, until one stops listening", async () => {
    const order: string[] = [];
    const stop = bench().log.onCommit((head) => {
      order.push(`commit ${head}`);
      expect(bench().log.head()).toBe(head);
      expect(bench().log.at(head)?.stream).toBe("boat/1");
    });
    await bench().append([fact("boat/1")]);
    order.push("resolved");
    stop();
    await bench().append([fact("boat/1")]);
    expect(order).toEqual(["commit 1", "resolved"]);
  });

  test("the chain verifies, over reopening, and says how far it is", async () => {
    for (let n = 0; n < 2_500; n++) void bench().append([fact("boat/1", "t", { n })]);
    await bench().reopen();
    await bench().append([fact("boat/2"), fact("boat/3")]);
    const progress: number[] = [];
    const verdict = await bench().log.verify({ onProgress: (at) => progress.push(at) });
    expect(verdict).toEqual({ checked: 2_502, headHash: bench().log.at(2_502)?.hash ?? "" });
    expect(progress.at(-1)).toBe(2_502);
  });

  test("an empty log verifies", async () => {
    expect(await bench().log.verify()).toMatchObject({ checked: 0 });
  });

  const sixRecords = async (): Promise<void> => {
    for (let n = 1; n <= 6; n++) await bench().append([fact("boat/1", "t", { n })]);
  };

  test("a changed byte is found where it is", async () => {
    await sixRecords();
    bench().world.tamper.changeData(4, '{"n":5}');
    expect(await bench().log.verify()).toMatchObject({ checked: 3, brokenAt: 4 });
  });

  test("a removed record is found where it was", async () => {
    await sixRecords();
    bench().world.tamper.remove(3);
    expect(await bench().log.verify()).toMatchObject({ checked: 2, brokenAt: 3 });
  });

  test("a removed newest record is found, also after reopening", async () => {
    await sixRecords();
    bench().world.tamper.remove(6);
    expect(await bench().log.verify()).toMatchObject({ brokenAt: 6 });
    await bench().reopen();
    expect(await bench().log.verify()).toMatchObject({ brokenAt: 6 });
  });

  test("records that changed places are found", async () => {
    await sixRecords();
    bench().world.tamper.swap(2, 5);
    expect(await bench().log.verify()).toMatchObject({ checked: 1, brokenAt: 2 });
  });
}
