/** Where random bytes come from: a CSPRNG in production, a seeded stream in tests. */
export type RandomBytes = (count: number) => Uint8Array;

/** Integers and coins without any floating-point randomness. */
export type Chance = {
  /** A whole number from 0 up to, and without, `bound`; every one as likely as the others. */
  below(bound: number): number;
  /** True with the probability `numerator / denominator`, exactly. */
  coin(numerator: number, denominator: number): boolean;
};

const drawBytes = 6;
/** 48 bits: what six bytes hold, and a double holds without rounding. */
const drawsCount = 2 ** (8 * drawBytes);
const poolBytes = drawBytes * 512;

/** Chance over a stream of random bytes, fetched some thousand at a time and used once. */
export function chanceOf(random: RandomBytes): Chance {
  let pool = new Uint8Array(0);
  let at = 0;
  const draw = (): number => {
    if (at + drawBytes > pool.length) {
      pool = random(poolBytes).slice();
      at = 0;
    }
    let value = 0;
    for (const end = at + drawBytes; at < end; at++) value = value * 256 + (pool[at] ?? 0);
    return value;
  };
  const below = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > drawsCount)
      throw new Error(`Chance below ${bound} is out of range.`);
    // What would make the first values likelier than the last is thrown away (rejection, no modulo bias).
    const fair = drawsCount - (drawsCount % bound);
    for (;;) {
      const value = draw();
      if (value < fair) return value % bound;
    }
  };
  return { below, coin: (numerator, denominator) => below(denominator) < numerator };
}
