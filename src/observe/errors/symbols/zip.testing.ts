import { crc32, deflateRawSync } from "node:zlib";

type Lies = {
  stored?: boolean;
  /** Stands before the archive and is counted by its offsets. */
  before?: Uint8Array;
  claimed?: number;
  crc?: number;
  /** Every entry has the bytes of the first. */
  sharedOffset?: boolean;
};

/** A ZIP archive of texts, true or with lies in it. */
export function zipOf(files: Record<string, string | Uint8Array>, lies: Lies = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(lies.before ?? [])];
  const directory: Buffer[] = [];
  let offset = parts[0]?.length ?? 0;
  const first = offset;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = lies.stored ? bytes : deflateRawSync(bytes);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(lies.stored ? 0 : 8, 4);
    head.writeUInt32LE(lies.crc ?? crc32(bytes), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(lies.claimed ?? bytes.length, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(lies.sharedOffset ? first : offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), head, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const all = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(all.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, all, end]);
}
