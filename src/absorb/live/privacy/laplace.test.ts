import { createCipheriv, createHash } from "node:crypto";
import { expect, test } from "bun:test";
import { chanceOf, type RandomBytes } from "./chance.ts";
import { discreteLaplace } from "./laplace.ts";
import { noisyCells } from "./publication.ts";

/** The same bytes each time, so that what is likely and what is not is decided once. */
function seeded(seed: string): RandomBytes {
  const key = createHash("sha256").update(seed).digest();
  const stream = createCipheriv("aes-256-ctr", key, new Uint8Array(16));
  return (count) => stream.update(new Uint8Array(count));
}

const probability = (epsilon: number, y: number): number => {
  const q = Math.exp(-epsilon);
  return ((1 - q) / (1 + q)) * q ** Math.abs(y);
};

/** Chi-square over the values from -edge to edge and one class for each tail, with 2·edge + 2 degrees of freedom. */
function chiSquare(samples: readonly number[], epsilon: number, edge: number): number {
  const seen = new Map<number, number>();
  for (const y of samples) {
    const key = Math.max(-edge - 1, Math.min(edge + 1, y));
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const q = Math.exp(-epsilon);
  const tail = q ** (edge + 1) / (1 + q);
  let sum = 0;
  for (let y = -edge - 1; y <= edge + 1; y++) {
    const expected = samples.length * (Math.abs(y) > edge ? tail : probability(epsilon, y));
    sum += ((seen.get(y) ?? 0) - expected) ** 2 / expected;
  }
  return sum;
}

const draws = 100_000;
const samplesOf = (thousandths: number, seed: string, count = draws): number[] => {
  const chance = chanceOf(seeded(seed));
  const scale = { numerator: thousandths, denominator: 1_000 };
  return Array.from({ length: count }, () => discreteLaplace(chance, scale));
};

test("the noise has the distribution of the mechanism, for small and large epsilon", () => {
  // 99.9 % of chi-square with 42 and 8 degrees of freedom lie below these.
  const cases = [
    { thousandths: 100, edge: 20, max: 76.1 },
    { thousandths: 333, edge: 20, max: 76.1 },
    { thousandths: 1_500, edge: 3, max: 26.1 },
  ];
  for (const { thousandths, edge, max } of cases) {
    const samples = samplesOf(thousandths, `distribution ${thousandths}`);
    expect(chiSquare(samples, thousandths / 1_000, edge)).toBeLessThan(max);
  }
});

test("a sampler that is a little off is caught by the same measure", () => {
  const samples = samplesOf(100, "distribution 100").map((y) => (y === 0 ? 1 : y));
  expect(chiSquare(samples, 0.1, 20)).toBeGreaterThan(76.1);
  expect(chiSquare(samplesOf(103, "off"), 0.1, 20)).toBeGreaterThan(76.1);
});

test("mean and spread are those of the paper", () => {
  const samples = samplesOf(250, "moments");
  const q = Math.exp(-0.25);
  const variance = (2 * q) / (1 - q) ** 2;
  const mean = samples.reduce((sum, y) => sum + y, 0) / draws;
  const spread = samples.reduce((sum, y) => sum + y * y, 0) / draws;
  expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / draws));
  expect(Math.abs(spread / variance - 1)).toBeLessThan(0.04);
});

test("one person more or less changes no outcome's chance by more than e^epsilon", () => {
  const samples = samplesOf(1_000, "ratio");
  const share = (count: number, y: number): number =>
    samples.filter((noise) => count + noise === y).length / draws;
  for (let y = -2; y <= 3; y++) {
    const ratio = share(0, y) / share(1, y);
    expect(Math.abs(Math.log(ratio))).toBeLessThan(1 + 0.12);
  }
});

test("every number below a bound is as likely as the others, also where bytes do not divide evenly", () => {
  const chance = chanceOf(seeded("uniform"));
  const bound = 7;
  const seen = Array.from({ length: bound }, () => 0);
  for (let at = 0; at < 70_000; at++) {
    const value = chance.below(bound);
    seen[value] = (seen[value] ?? 0) + 1;
  }
  const sum = seen.reduce((all, count) => all + (count - 10_000) ** 2 / 10_000, 0);
  expect(sum).toBeLessThan(22.5); // 99.9 % of chi-square with 6 degrees of freedom.
  expect(() => chance.below(2 ** 49)).toThrow("out of range");
});

test("random bytes are used once, all of them and in order; what would make some numbers likelier is thrown away", () => {
  const bytes = Uint8Array.from({ length: 6_144 }, (_, at) => (at * 167 + 13) % 251);
  // 2^48 is no multiple of 7: the last numbers below it are too many.
  bytes.fill(255, 12, 18);
  let fetched = 0;
  const chance = chanceOf((count) => bytes.slice(fetched, (fetched += count)));
  const draws: bigint[] = [];
  for (let at = 0; at < 3_072; at += 6)
    draws.push(BigInt(`0x${Buffer.from(bytes.subarray(at, at + 6)).toString("hex")}`));
  const expected = draws.filter((_, at) => at !== 2).map((draw) => Number(draw % 7n));
  expect(expected.map(() => chance.below(7))).toEqual(expected);
  expect(fetched).toBe(3_072);
});

/** Mironov's way: the low bits of `count + noise` tell which noise a floating-point sampler can have drawn. */
const naiveNoise = (u: number): number => {
  const centred = u - 0.5;
  return -Math.sign(centred) * Math.log(1 - 2 * Math.abs(centred));
};
const grid = 2 ** -53;
const neighbours = 64;
/** Can the naive sampler (epsilon 1, u on the grid of Math.random) give exactly `output` when the true count is `count`? */
function isReachableNaively(output: number, count: number): boolean {
  const noise = output - count;
  const u = 0.5 + (Math.sign(noise) * (1 - Math.exp(-Math.abs(noise)))) / 2;
  const step = Math.round(u / grid);
  for (let near = step - neighbours; near <= step + neighbours; near++)
    if (count + naiveNoise(near * grid) === output) return true;
  return false;
}

test("the floating-point attack reads the naive sampler and not ours", () => {
  const rounds = 1_000;
  const random = seeded("attack");
  const uniform = (): number => {
    const bytes = Buffer.from(random(8));
    return Number(bytes.readBigUInt64BE() >> 11n) * grid;
  };
  let betrayed = 0;
  for (let round = 0; round < rounds; round++) {
    const output = 0 + naiveNoise(uniform());
    if (!isReachableNaively(output, 1)) betrayed++;
  }
  expect(betrayed / rounds).toBeGreaterThan(0.5);

  // Against ours the attacker knows every noise value that occurs, and still cannot exclude either count.
  const noises = new Set(samplesOf(1_000, "what ours can draw"));
  const outputs = noisyCells(
    new Uint32Array(rounds),
    { epsilonThousandths: 1_000, delta: 0 },
    random,
  ).cells;
  const excluded = outputs.filter((output) => output !== 0 && !noises.has((output ?? 0) - 1));
  expect(excluded).toEqual([]);
});

test("small cells are hidden by their noisy value, large ones shown, and nothing is negative", () => {
  const counts = [0, 1, 5, 50_000, 120_000];
  const terms = { epsilonThousandths: 100, delta: 1e-8 };
  const { cells, threshold } = noisyCells(counts, terms, seeded("threshold"));
  expect(threshold).toBe(179);
  expect(cells.slice(0, 3)).toEqual([null, null, null]);
  for (const [at, count] of [50_000, 120_000].entries())
    expect(Math.abs((cells[at + 3] ?? 0) - count)).toBeLessThan(200);
  const open = noisyCells(new Uint32Array(2_000), { ...terms, delta: 0 }, seeded("open"));
  expect(open.cells.every((cell) => cell !== null && cell >= 0)).toBe(true);
});
