import type { SipKey } from "./sip-hash.ts";

/**
 * SipHash-2-4 of many inputs of twelve bytes each, as a WebAssembly module written out here: its 64-bit words are what the
 * machine's are, and a hash takes a tenth of the time that two halves in JavaScript do.
 */
const i32 = 0x7f;
const i64 = 0x7e;
const op = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  brIf: 0x0d,
  br: 0x0c,
  get: 0x20,
  set: 0x21,
  load: 0x29,
  load32u: 0x35,
  store: 0x37,
  const32: 0x41,
  const64: 0x42,
  isZero: 0x45,
  add32: 0x6a,
  sub32: 0x6b,
  add: 0x7c,
  or: 0x84,
  xor: 0x85,
  rotl: 0x89,
} as const;
const empty = 0x40;

/** LEB128, signed; for small unsigned numbers too, below 64. */
function leb(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && low < 64) || (rest === -1n && low >= 64)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
/** LEB128, unsigned: lengths. */
const length = (n: number): number[] => (n < 128 ? [n] : [(n & 0x7f) | 0x80, ...length(n >>> 7)]);
const vector = (items: readonly (readonly number[])[]): number[] => [
  ...length(items.length),
  ...items.flat(),
];
const sized = (bytes: readonly number[]): number[] => [...length(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
const text = (name: string): number[] => sized([...new TextEncoder().encode(name)]);

/** Parameters, then locals. */
const [at, stride, count, out, v0, v1, v2, v3, m] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const get = (local: number): number[] => [op.get, local];
const set = (local: number, ...value: number[]): number[] => [...value, op.set, local];
const long = (value: bigint): number[] => [op.const64, ...leb(value)];
const load = (from: number[], offset: number, kind: number = op.load): number[] => [
  ...[...from, kind, 0],
  ...length(offset),
];
const xor = (to: number, ...value: number[]): number[] => set(to, ...get(to), ...value, op.xor);
const add = (to: number, from: number): number[] => set(to, ...get(to), ...get(from), op.add);
const turn = (local: number, bits: bigint): number[] => [...get(local), ...long(bits), op.rotl];

/** The paper's SipRound. */
const round: number[] = [
  ...[add(v0, v1), set(v1, ...turn(v1, 13n), ...get(v0), op.xor), set(v0, ...turn(v0, 32n))],
  ...[add(v2, v3), set(v3, ...turn(v3, 16n), ...get(v2), op.xor)],
  ...[add(v0, v3), set(v3, ...turn(v3, 21n), ...get(v0), op.xor)],
  ...[add(v2, v1), set(v1, ...turn(v1, 17n), ...get(v2), op.xor), set(v2, ...turn(v2, 32n))],
].flat();
const absorb: number[] = [...xor(v3, ...get(m)), ...round, ...round, ...xor(v0, ...get(m))];
const zero = [op.const32, 0];
const step = (local: number, by: number[], how: number): number[] =>
  set(local, ...get(local), ...by, how);

/** For each of `count` inputs, `stride` apart: its hash, exclusive-or the eight bytes that follow it, goes to `out`. */
const body: number[] = [
  ...[op.block, empty, op.loop, empty, ...get(count), op.isZero, op.brIf, 1],
  ...[v0, v1, v2, v3].flatMap((local, n) => set(local, ...load(zero, n * 8))),
  ...[...set(m, ...load(get(at), 0)), ...absorb],
  ...set(m, ...load(get(at), 8, op.load32u), ...long(12n << 56n), op.or),
  ...[...absorb, ...xor(v2, ...long(0xffn)), ...round, ...round, ...round, ...round],
  ...[...get(out), ...get(v0), ...get(v1), op.xor, ...get(v2), op.xor, ...get(v3), op.xor],
  ...[...load(get(at), 12), op.xor, op.store, 0, 0],
  ...[...step(at, get(stride), op.add32), ...step(out, [op.const32, 8], op.add32)],
  ...[...step(count, [op.const32, 1], op.sub32), op.br, 0, op.end, op.end],
];

const pageBytes = 64 * 1024;

/** Where inputs may lie: what is before holds the key's state. */
export const inputsAt = 64;

const bytesOf = (pages: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, ...vector([[i32], [i32], [i32], [i32]]), 0]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, ...length(pages)]])),
    ...section(
      7,
      vector([
        [...text("memory"), 2, 0],
        [...text("hash"), 0, 0],
      ]),
    ),
    ...section(10, vector([sized([...vector([[5, i64]]), ...body, op.end])])),
  ]);

export type SipHashes = {
  /** Inputs and hashes. */
  memory: ArrayBuffer;
  key(key: SipKey): void;
  hash(at: number, stride: number, count: number, out: number): void;
};

/** Compiles it, with room for so many bytes of inputs and hashes; a millisecond, once for a process. */
export function sipHashes(roomBytes: number): SipHashes {
  const pages = Math.ceil((inputsAt + roomBytes) / pageBytes);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(pages)));
  const { memory, hash } = exports as {
    memory: WebAssembly.Memory;
    hash: SipHashes["hash"];
  };
  const state = new Int32Array(memory.buffer, 0, 8);
  return {
    memory: memory.buffer,
    hash,
    key: (key) => {
      for (const [n, word] of constants.entries()) state[n] = (key[n & 3] as number) ^ word;
    },
  };
}

/** "somepseudorandomlygeneratedbytes", as the paper has it: low and high half of v0 to v3. */
const constants = [
  ...[0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261],
  ...[0x6e657261, 0x6c796765, 0x79746573, 0x74656462],
];
