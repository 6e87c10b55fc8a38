/** RFC 7541, appendix B: how many bits each byte takes, and the end mark after them, as digits of base 36. The code is canonical, so this is all of it. */
const lengths = Array.from(
  "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6" +
    "f56565666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn" +
    "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu",
  (digit) => Number.parseInt(digit, 36),
);
const endMark = 256;
const states = 256;
const symbolsPerState = 16;
const paddingBitsMax = 7;
const broken = -1;
const emits = 1 << 8;

/** By state and the next four bits: the state after them, whether a byte is whole (`emits`), and which (from bit 16 on). */
const steps = new Int32Array(states * symbolsPerState);
/** May a text end in this state? Only with the first bits of the end mark, seven at most. */
const mayEnd = new Uint8Array(states);

/** By symbol: its code, and how many bits of it count (RFC 7541, appendix B). */
export const huffmanCodes: { code: number; bits: number }[] = [];

type Node = { id: number; next: [Node | number | undefined, Node | number | undefined] };

function plant(): Node[] {
  const root: Node = { id: 0, next: [undefined, undefined] };
  const nodes = [root];
  const ordered = lengths
    .map((bits, symbol) => ({ bits, symbol }))
    .sort((a, b) => a.bits - b.bits || a.symbol - b.symbol);
  let code = 0;
  let before = 0;
  for (const { bits, symbol } of ordered) {
    code *= 2 ** (bits - before);
    before = bits;
    huffmanCodes[symbol] = { code, bits };
    let node = root;
    for (let bit = bits - 1; bit > 0; bit--) {
      const side = (code >>> bit) & 1;
      let next = node.next[side];
      if (typeof next !== "object") {
        next = { id: nodes.length, next: [undefined, undefined] };
        nodes.push(next);
        node.next[side] = next;
      }
      node = next;
    }
    node.next[code & 1] = symbol;
    code++;
  }
  return nodes;
}

function stepFrom(nodes: readonly Node[], from: Node, four: number): number {
  let node = from;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = node.next[(four >>> bit) & 1];
    if (typeof next === "object") node = next;
    else if (next === undefined || next === endMark) return broken;
    else {
      emitted = emits | (next << 16);
      node = nodes[0] as Node;
    }
  }
  return node.id | emitted;
}

function fill(): void {
  const nodes = plant();
  for (const node of nodes) {
    for (let four = 0; four < symbolsPerState; four++) {
      steps[node.id * symbolsPerState + four] = stepFrom(nodes, node, four);
    }
  }
  let node: Node | number | undefined = nodes[0];
  for (let bits = 0; bits <= paddingBitsMax && typeof node === "object"; bits++) {
    mayEnd[node.id] = 1;
    node = node.next[1];
  }
}
fill();

/** Decodes a range into `out` from `at` on; where it ends, or -1 for what is no Huffman code of HPACK. `out` must hold 8/5 of it. */
export function unhuffman(
  bytes: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  at: number,
): number {
  let state = 0;
  let end = at;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    let step = steps[(state << 4) | (byte >>> 4)] as number;
    if (step === broken) return -1;
    if ((step & emits) !== 0) out[end++] = step >>> 16;
    step = steps[((step & 255) << 4) | (byte & 15)] as number;
    if (step === broken) return -1;
    if ((step & emits) !== 0) out[end++] = step >>> 16;
    state = step & 255;
  }
  return mayEnd[state] === 1 ? end : -1;
}
