export const latencyBits = 24;
export const latencyMask = 2 ** latencyBits - 1;
export const oneRight = 2 ** latencyBits;

/** Smaller is better: turning round the upper byte puts more right answers first, and less time before more. */
export const keyOf = (score: number): number => (score ^ 0xff00_0000) >>> 0;

/** Participants, or keys, that are looked at in one step: about a millisecond. */
const stepCount = 64 * 1024;
const bucketBits = 14;

/** Sorts keys in steps: into buckets by their upper bits, then some neighbouring buckets at a time. */
export function* inOrder(scores: Uint32Array): Generator<undefined, Uint32Array> {
  const ends = new Uint32Array(2 ** (32 - bucketBits));
  for (let from = 0; from < scores.length; from += stepCount, yield)
    tally(scores, from, from + stepCount, ends);
  let count = 0;
  for (let bucket = 0; bucket < ends.length; bucket++) {
    const size = ends[bucket] as number;
    ends[bucket] = count;
    count += size;
  }
  const keys = new Uint32Array(count);
  for (let from = 0; from < scores.length; from += stepCount, yield)
    place(scores, from, from + stepCount, ends, keys);
  for (let bucket = 0, from = 0; bucket < ends.length; bucket++) {
    const [begin, to] = [ends[bucket - 1] ?? 0, ends[bucket] as number];
    const isLarge = to - begin > stepCount;
    if (to - from < stepCount && bucket < ends.length - 1) continue;
    keys.subarray(from, isLarge ? begin : to).sort();
    if (isLarge) yield* inOrderByCount(keys, begin, to);
    from = to;
    yield;
  }
  return keys;
}

/** Sorts keys that differ in their lower bits only, by how often each one is there. */
function* inOrderByCount(keys: Uint32Array, from: number, to: number): Generator<undefined, void> {
  const counts = new Uint32Array(2 ** bucketBits);
  const upper = ((keys[from] as number) >>> bucketBits) << bucketBits;
  for (let step = from; step < to; step += stepCount, yield)
    for (let at = step; at < Math.min(to, step + stepCount); at++) {
      const lower = (keys[at] as number) - (upper >>> 0);
      counts[lower] = (counts[lower] as number) + 1;
    }
  for (let lower = 0, at = from; lower < counts.length; lower++) {
    const end = at + (counts[lower] as number);
    keys.fill((upper >>> 0) + lower, at, end);
    at = end;
  }
}

function tally(scores: Uint32Array, from: number, to: number, sizes: Uint32Array): void {
  for (let slot = from; slot < Math.min(to, scores.length); slot++) {
    const score = scores[slot] as number;
    const bucket = keyOf(score) >>> bucketBits;
    if (score >= oneRight) sizes[bucket] = (sizes[bucket] as number) + 1;
  }
}

/** Puts each key into its bucket; where buckets begin becomes where they end. */
function place(
  scores: Uint32Array,
  from: number,
  to: number,
  ends: Uint32Array,
  keys: Uint32Array,
): void {
  for (let slot = from; slot < Math.min(to, scores.length); slot++) {
    const score = scores[slot] as number;
    if (score < oneRight) continue;
    const key = keyOf(score);
    const at = ends[key >>> bucketBits] as number;
    keys[at] = key;
    ends[key >>> bucketBits] = at + 1;
  }
}
