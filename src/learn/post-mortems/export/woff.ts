/** A font as PDFs embed it, and which letters it has. */
export type Font = { sfnt: Uint8Array; has(codePoint: number): boolean };

const headBytes = 44;
const entryBytes = 20;
const padded = (length: number): number => (length + 3) & ~3;

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const whole = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return await new Response(whole).bytes();
}

type Entry = { tag: Uint8Array; sum: number; data: Uint8Array };
async function entriesOf(woff: Uint8Array<ArrayBuffer>): Promise<Entry[]> {
  const view = new DataView(woff.buffer, woff.byteOffset);
  const count = view.getUint16(12);
  return await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const at = headBytes + entryBytes * n;
      const [offset, packed, length, sum] = [4, 8, 12, 16].map((each) => view.getUint32(at + each));
      const raw = woff.subarray(offset, (offset ?? 0) + (packed ?? 0));
      const isPacked = (packed ?? 0) < (length ?? 0);
      const data = isPacked ? await inflated(raw) : raw;
      return { tag: woff.subarray(at, at + 4), sum: sum ?? 0, data };
    }),
  );
}

/**
 * Unpacks a WOFF (W3C, WOFF 1.0, 4 and 5) once. What writes PDFs reads it too, but unpacks a table again for each glyph of
 * it: seconds for a page.
 */
export async function unpacked(woff: Uint8Array<ArrayBuffer>): Promise<Font> {
  const entries = await entriesOf(woff);
  const count = entries.length;
  const size = entries.reduce((sum, { data }) => sum + padded(data.length), 12 + 16 * count);
  const sfnt = new Uint8Array(size);
  const view = new DataView(sfnt.buffer);
  sfnt.set(woff.subarray(4, 8));
  const power = Math.floor(Math.log2(count));
  const heads = [count, 16 * 2 ** power, power, 16 * (count - 2 ** power)];
  for (const [i, each] of heads.entries()) view.setUint16(4 + 2 * i, each);
  let at = 12 + 16 * count;
  for (const [n, { tag, sum, data }] of entries.entries()) {
    const entry = 12 + 16 * n;
    sfnt.set(tag, entry);
    for (const [i, each] of [sum, at, data.length].entries())
      view.setUint32(entry + 4 + 4 * i, each);
    sfnt.set(data, at);
    at += padded(data.length);
  }
  const cmap = entries.find(({ tag }) => new TextDecoder().decode(tag) === "cmap");
  if (!cmap) throw new Error("The font has no letters.");
  return { sfnt, has: lettersIn(cmap.data) };
}

const groupsFormat = 12;
/** Which letters there are, by the table for all of Unicode (OpenType, cmap format 12). */
function lettersIn(cmap: Uint8Array): (codePoint: number) => boolean {
  const view = new DataView(cmap.buffer, cmap.byteOffset);
  const tables = Array.from({ length: view.getUint16(2) }, (_, n) => view.getUint32(4 + 8 * n + 4));
  const at = tables.find((each) => view.getUint16(each) === groupsFormat);
  if (at === undefined) throw new Error("The font does not say which letters it has.");
  const groups = Array.from({ length: view.getUint32(at + 12) }, (_, n) => {
    const group = at + 16 + 12 * n;
    return [view.getUint32(group), view.getUint32(group + 4)] as const;
  });
  return (codePoint) => groups.some(([from, to]) => codePoint >= from && codePoint <= to);
}
