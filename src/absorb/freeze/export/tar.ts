const blockBytes = 512;
const nameLengthMax = 100;
const octal = (value: number, digits: number): string =>
  value.toString(8).padStart(digits - 1, "0");

/** One file of a tar archive (POSIX.1-2001, pax), head and padding included. */
export function tarEntry(path: string, body: Uint8Array, at: number): Uint8Array[] {
  const isPlain = path.length <= nameLengthMax && /^[\x20-\x7e]*$/.test(path);
  const parts = isPlain ? [] : paxHead(path, at);
  parts.push(head({ path: isPlain ? path : "long", size: body.length, type: "0", at }));
  parts.push(body, padding(body.length));
  return parts;
}

/** What ends an archive. */
export const tarEnd = (): Uint8Array => new Uint8Array(blockBytes * 2);

function paxHead(path: string, at: number): Uint8Array[] {
  const record = ` path=${path}\n`;
  const bytes = Buffer.byteLength(record);
  // The length counts its own digits.
  let length = bytes + String(bytes).length;
  length = bytes + String(length).length;
  const body = Buffer.from(`${length}${record}`);
  return [head({ path: "pax", size: body.length, type: "x", at }), body, padding(body.length)];
}

const padding = (size: number): Uint8Array =>
  new Uint8Array((blockBytes - (size % blockBytes)) % blockBytes);

function head(of: { path: string; size: number; type: string; at: number }): Uint8Array {
  const block = Buffer.alloc(blockBytes);
  block.write(of.path, 0, "latin1");
  block.write(`${octal(0o644, 8)}\0`, 100);
  block.write(`${octal(0, 8)}\0${octal(0, 8)}\0`, 108);
  block.write(`${octal(of.size, 12)}\0${octal(Math.floor(of.at / 1_000), 12)}\0`, 124);
  block.write(" ".repeat(8), 148);
  block.write(`${of.type}`, 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${octal(sum, 7)}\0 `, 148);
  return block;
}

export type TarFile = { path: string; body: Uint8Array };

/** Reads an archive that comes in parts. Only plain files: links, devices and folders are not what an export holds. */
export async function* untar(parts: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const source = reader(parts);
  let long: string | undefined;
  for (;;) {
    const block = await source(blockBytes);
    if (block === undefined || block.every((byte) => byte === 0)) return;
    const size = Number.parseInt(text(block, 124, 136), 8);
    if (!Number.isSafeInteger(size)) throw new Error("This is no archive: a size cannot be read.");
    const body = await source(size);
    await source(padding(size).length);
    if (body === undefined) throw new Error("The archive ends in the middle of a file.");
    const type = text(block, 156, 157);
    if (type === "x") long = /^\d+ path=([^\n]*)\n/.exec(Buffer.from(body).toString("utf8"))?.[1];
    else if (type === "0") {
      yield { path: long ?? text(block, 0, nameLengthMax), body };
      long = undefined;
    } else throw new Error(`The archive holds something that is no plain file (${type}).`);
  }
}

const text = (block: Uint8Array, from: number, to: number): string =>
  (Buffer.from(block.subarray(from, to)).toString("latin1").split("\0", 1)[0] ?? "").trim();

/** Gives as many bytes as are asked for, whatever the parts are; undefined at the end. */
function reader(
  parts: AsyncIterable<Uint8Array>,
): (size: number) => Promise<Uint8Array | undefined> {
  const source = parts[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  return async (size) => {
    const pieces: Buffer[] = [held];
    let bytes = held.length;
    while (bytes < size) {
      const { done, value } = await source.next();
      if (done === true) return undefined;
      pieces.push(Buffer.from(value));
      bytes += value.length;
    }
    const all = pieces.length === 1 ? held : Buffer.concat(pieces);
    held = all.subarray(size);
    return all.subarray(0, size);
  };
}
