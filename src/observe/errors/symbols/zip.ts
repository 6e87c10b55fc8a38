import { inflated } from "#kernel";

/** Why an archive was not read. */
export class BadZip extends Error {}

/** What is read of an archive, at most. */
export type ZipLimits = { entriesMax: number; entryBytesMax: number; bytesMax: number };

type Entry = {
  name: string;
  method: number;
  crc: number;
  packedBytes: number;
  bytes: number;
  offset: number;
};
type Located = Entry & { start: number };

const endMagic = 0x06054b50;
const directoryMagic = 0x02014b50;
const localMagic = 0x04034b50;
const endBytes = 22;
const commentBytesMax = 65_535;
const isEncrypted = 1;
const [stored, deflated] = [0, 8];
const absolute = /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)/i;

/**
 * A ZIP archive in memory (APPNOTE 6.3, without Zip64): only what the central directory names is there. Whatever precedes the
 * archive is passed over, whether its offsets count from the beginning of the file or of the archive. Throws BadZip.
 */
export class Zip {
  readonly #bytes: Buffer;
  readonly #limits: ZipLimits;
  readonly #entries: ReadonlyMap<string, Located>;
  #read = 0;

  constructor(bytes: Uint8Array, limits: ZipLimits) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
    this.#entries = locate(this.#bytes, limits);
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** A file's bytes, checked against its checksum; nothing when there is none of that name. */
  file(name: string): Uint8Array | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    const { entryBytesMax, bytesMax } = this.#limits;
    if (entry.bytes > entryBytesMax)
      throw new BadZip(`${name} has more than ${entryBytesMax} bytes.`);
    this.#read += entry.bytes;
    if (this.#read > bytesMax) throw new BadZip(`Its files have more than ${bytesMax} bytes.`);
    const packed = this.#bytes.subarray(entry.start, entry.start + entry.packedBytes);
    const bytes = unpacked(packed, entry);
    if (bytes.length !== entry.bytes || Bun.hash.crc32(bytes) !== entry.crc)
      throw new BadZip(`${name} is damaged.`);
    return bytes;
  }
}

function unpacked(packed: Buffer, { name, method, bytes }: Entry): Uint8Array {
  if (method === stored) return packed;
  if (method !== deflated) throw new BadZip(`${name} is packed in an unknown way (${method}).`);
  try {
    // One more than was said, so that what lies about its size is noticed and ends there.
    return inflated(packed, bytes + 1);
  } catch {
    throw new BadZip(`${name} cannot be unpacked.`);
  }
}

function locate(all: Buffer, limits: ZipLimits): Map<string, Located> {
  const end = findEnd(all);
  const count = all.readUInt16LE(end + 10);
  const directoryBytes = all.readUInt32LE(end + 12);
  const directoryOffset = all.readUInt32LE(end + 16);
  const directory = end - directoryBytes;
  if (directory < 0 || directoryOffset > directory) throw new BadZip("Its directory is damaged.");
  if (count > limits.entriesMax)
    throw new BadZip(`It has more than ${limits.entriesMax} files, or is a Zip64 archive.`);
  const before = directory - directoryOffset;
  const found = new Map<string, Located>();
  let at = directory;
  for (let nth = 0; nth < count; nth++) {
    const { entry, next } = entryAt(all, at, end);
    at = next;
    if (found.has(entry.name)) throw new BadZip(`${entry.name} is in it twice.`);
    found.set(entry.name, { ...entry, start: contentOf(all, entry, before, directory) });
  }
  mustNotOverlap([...found.values()]);
  return found;
}

function findEnd(all: Buffer): number {
  const lowest = Math.max(0, all.length - endBytes - commentBytesMax);
  for (let at = all.length - endBytes; at >= lowest; at--)
    if (all.readUInt32LE(at) === endMagic) return at;
  throw new BadZip("It is no ZIP archive.");
}

function entryAt(all: Buffer, at: number, end: number): { entry: Entry; next: number } {
  if (at + 46 > end || all.readUInt32LE(at) !== directoryMagic)
    throw new BadZip("Its directory is damaged.");
  const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((of) => all.readUInt16LE(at + of));
  const from = at + 46;
  const next = from + (nameBytes ?? 0) + (extraBytes ?? 0) + (noteBytes ?? 0);
  if (next > end) throw new BadZip("Its directory is damaged.");
  const name = all.toString("utf8", from, from + (nameBytes ?? 0));
  if (name === "" || name.includes("\0") || absolute.test(name))
    throw new BadZip("It has a file whose name leads outside.");
  if ((all.readUInt16LE(at + 8) & isEncrypted) !== 0) throw new BadZip(`${name} is encrypted.`);
  const entry = {
    name,
    method: all.readUInt16LE(at + 10),
    crc: all.readUInt32LE(at + 16),
    packedBytes: all.readUInt32LE(at + 20),
    bytes: all.readUInt32LE(at + 24),
    offset: all.readUInt32LE(at + 42),
  };
  return { entry, next };
}

/** Where an entry's bytes begin: behind its own header, whose name and extra may differ in length from the directory's. */
function contentOf(all: Buffer, entry: Entry, before: number, directory: number): number {
  const at = before + entry.offset;
  if (at + 30 > directory || all.readUInt32LE(at) !== localMagic)
    throw new BadZip(`${entry.name} is not where the directory says.`);
  const start = at + 30 + all.readUInt16LE(at + 26) + all.readUInt16LE(at + 28);
  if (start + entry.packedBytes > directory) throw new BadZip(`${entry.name} is cut short.`);
  return start;
}

/** A bomb lets many names share the same bytes. */
function mustNotOverlap(entries: readonly Located[]): void {
  let end = 0;
  for (const each of entries.toSorted((a, b) => a.start - b.start)) {
    if (each.start < end) throw new BadZip(`${each.name} overlaps another file.`);
    end = each.start + each.packedBytes;
  }
}
