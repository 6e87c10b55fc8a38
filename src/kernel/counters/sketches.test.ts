import { DDSketch } from "@datadog/sketches-js";
import { expect, test } from "bun:test";
import { SeededRandom } from "../clock/seeded.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { DdSketch } from "./ddsketch.ts";
import { hash32 } from "./hash.ts";
import { HyperLogLog } from "./hyperloglog.ts";

const noted = (from: number, to: number): HyperLogLog => {
  const made = new HyperLogLog();
  for (let n = from; n < to; n++) made.note(hash32(`visitor-${n}`));
  return made;
};

test("different values are estimated within five standard errors, from none to a million", () => {
  expect(new HyperLogLog().value()).toBe(0);
  expect(Math.round(noted(0, 1).value())).toBe(1);
  for (const count of [10, 100, 1_000, 5_000, 10_000, 20_000, 100_000, 1_000_000]) {
    const error = Math.abs(noted(0, count).value() - count) / count;
    expect(error).toBeLessThan(5 * 0.01625);
  }
});

test("the estimate has no bias: over many sets the errors cancel, also where raw HyperLogLog is off", () => {
  const random = new SeededRandom(5);
  for (const count of [200, 3_000, 10_000, 12_000]) {
    let sum = 0;
    const rounds = 100;
    for (let round = 0; round < rounds; round++) {
      const made = new HyperLogLog();
      for (let n = 0; n < count; n++) made.note(random.uint32());
      sum += made.value() / count;
    }
    // The mean of 100 rounds has a tenth of the error of one.
    expect(Math.abs(sum / rounds - 1)).toBeLessThan(5 * 0.001625);
  }
});

test("a value noted again changes nothing, and merging is the union", () => {
  const both = noted(0, 6_000);
  const [left, right] = [noted(0, 4_000), noted(2_000, 6_000)];
  left.merge(right);
  left.merge(right);
  expect(left.value()).toBe(both.value());
});

test("a HyperLogLog comes back from bytes, few bytes when few values", () => {
  for (const count of [0, 1, 300, 1_500, 50_000]) {
    const made = noted(0, count);
    expect(HyperLogLog.decode(made.encode()).encode()).toEqual(made.encode());
    expect(HyperLogLog.decode(made.encode()).value()).toBe(made.value());
  }
  expect(noted(0, 100).encode().length).toBeLessThan(310);
  expect(noted(0, 1e6).encode()).toHaveLength(4097);
  expect(() => HyperLogLog.decode(new Uint8Array([9, 9]))).toThrow(RangeError);
});

test("hashes of similar texts spread evenly", () => {
  const buckets = new Uint32Array(64);
  for (let n = 0; n < 64_000; n++) {
    const bucket = hash32(`10.0.${n >> 8}.${n & 255}`) >>> 26;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  // Eight standard deviations of about 31 around 1000.
  expect(Math.min(...buckets)).toBeGreaterThan(750);
  expect(Math.max(...buckets)).toBeLessThan(1_250);
});

/** Latencies with a long tail, in milliseconds. */
const latencies = (count: number, seed: number): number[] => {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => Math.exp(random.unit() * 12 - 3));
};
const sketchOf = (values: readonly number[]): DdSketch => {
  const made = new DdSketch();
  for (const value of values) made.record(value);
  return made;
};

test("quantiles are within one percent of a true value", () => {
  const values = latencies(20_000, 1).sort((a, b) => a - b);
  const sketch = sketchOf(values);
  for (const quantile of [0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999]) {
    const truth = values[Math.floor(quantile * (values.length - 1))] ?? Number.NaN;
    const answer = sketch.quantile(quantile) ?? Number.NaN;
    expect(Math.abs(answer - truth) / truth).toBeLessThanOrEqual(0.0101);
  }
  expect(sketch.quantile(0)).toBe(values[0] ?? Number.NaN);
  expect(sketch.quantile(1)).toBe(values.at(-1) ?? Number.NaN);
  expect(new DdSketch().quantile(0.5)).toBeUndefined();
});

test("quantiles agree with @datadog/sketches-js", () => {
  const values = latencies(5_000, 2);
  const [sketch, peer] = [sketchOf(values), new DDSketch({ relativeAccuracy: 0.01 })];
  for (const value of values) peer.accept(value);
  for (const quantile of [0.05, 0.5, 0.75, 0.95, 0.99])
    expect(sketch.quantile(quantile)).toBeCloseTo(peer.getValueAtQuantile(quantile), 9);
});

test("merging sketches is recording everything in one, in any order, also through bytes", () => {
  const [a, b] = [latencies(3_000, 3), [...latencies(2_000, 4), 0, 0, 1e-12, 1e20]];
  const whole = sketchOf([...a, ...b]);
  const merged = DdSketch.decode(sketchOf(b).encode());
  merged.merge(DdSketch.decode(sketchOf(a).encode()));
  merged.merge(new DdSketch());
  expect(merged.count).toBe(whole.count);
  expect(merged.sum).toBeCloseTo(whole.sum, -12);
  for (const quantile of [0, 0.0001, 0.3, 0.5, 0.99, 1])
    expect(merged.quantile(quantile)).toBe(whole.quantile(quantile));
});

test("what is no measurement is not counted; zero and less count as zero", () => {
  const sketch = sketchOf([Number.NaN, -5, 0, 7]);
  expect(sketch.count).toBe(3);
  expect(sketch.quantile(0.5)).toBe(0);
  expect(sketch.quantile(1)).toBe(7);
  sketch.clear();
  expect(sketch.isEmpty()).toBe(true);
  sketch.record(3);
  expect(sketch.quantile(0.5)).toBeCloseTo(3, 1);
});

test("whole numbers and doubles survive their bytes", () => {
  const wholes = [0, 1, 127, 128, 16_384, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  const out = new ByteWriter();
  for (const value of wholes) out.whole(value);
  const from = new ByteReader(out.double(-1.5e300).done());
  expect(wholes.map(() => from.whole())).toEqual(wholes);
  expect(from.double()).toBe(-1.5e300);
  expect(() => from.whole()).toThrow(RangeError);
});
