import {
  brotliDecompressSync,
  gunzipSync,
  deflateRawSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from "node:zlib";

type Status = 400 | 413 | 415 | 429;
/** Why a body was not read, as the HTTP status to answer with. */
export class BodyRefused extends Error {
  readonly status: Status;
  constructor(status: Status, why: string) {
    super(why);
    this.status = status;
  }
}

/**
 * A request's body as sent, at most so many bytes: refused by its stated length before any of it is read, and at the byte
 * that is too much when no length was stated. `room` bounds what many requests take together: give back what it took.
 */
export async function readBytes(
  request: Request,
  bytesMax: number,
  room?: Share,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): BodyRefused =>
    new BodyRefused(413, `The body has more than ${bytesMax} bytes.`);
  const stated = request.headers.get("content-length");
  if (stated !== null) {
    if (Number(stated) > bytesMax) throw tooLarge();
    room?.take(Number(stated));
    return await request.bytes();
  }
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw tooLarge();
    room?.take(chunk.byteLength);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** What one request holds of a room. */
export type Share = {
  /** Throws BodyRefused (429) when there is no room. */
  take(bytes: number): void;
  giveBack(): void;
};

/** So many bytes for all requests together. One alone is always let in: what bounds it is its own limit. */
export class Room {
  readonly #bytesMax: number;
  #bytes = 0;
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  share(): Share {
    let own = 0;
    return {
      take: (bytes) => {
        const isAlone = this.#bytes === own;
        if (!isAlone && this.#bytes + bytes > this.#bytesMax)
          throw new BodyRefused(429, "Too much is being read at once; send it again in a moment.");
        own += bytes;
        this.#bytes += bytes;
      },
      giveBack: () => {
        this.#bytes -= own;
        own = 0;
      },
    };
  }
}

type Options = { maxOutputLength: number };
const gunzip = (bytes: Uint8Array, options: Options): Uint8Array =>
  gunzipSmall(bytes, options.maxOutputLength) ?? gunzipSync(bytes, options);

/** DEFLATE makes at most so many bytes of one (RFC 1951; zlib.net/zlib_tech.html). */
const deflateRatioMax = 1_032;

/**
 * One gzip member (RFC 1952) that cannot become too large: libdeflate knows no limit, but needs half the time, and no stream's
 * machinery. Nothing when it is anything else.
 */
function gunzipSmall(bytes: Uint8Array, bytesMax: number): Uint8Array | undefined {
  const { byteLength } = bytes;
  const possible = byteLength * deflateRatioMax;
  if (byteLength < 18 || possible > bytesMax) return undefined;
  const end = new DataView(bytes.buffer, bytes.byteOffset + byteLength - 8, 8);
  if (end.getUint32(4, true) > possible) return undefined;
  try {
    const out = Bun.gunzipSync(bytes as Uint8Array<ArrayBuffer>, { library: "libdeflate" });
    // Where another member follows, the end is that one's.
    const isWhole = end.getUint32(4, true) === out.byteLength;
    return isWhole && end.getUint32(0, true) === Bun.hash.crc32(out) ? out : undefined;
  } catch {
    return undefined;
  }
}

const decoders: Readonly<Record<string, (bytes: Uint8Array, options: Options) => Uint8Array>> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  // RFC 9110 means zlib's format; many senders leave its two bytes out.
  deflate: (bytes, options) =>
    ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0
      ? inflateSync(bytes, options)
      : inflateRawSync(bytes, options),
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/**
 * A body with its content encoding undone (gzip, deflate, br, zstd). Decoding ends at `bytesMax` decoded bytes, so a bomb costs
 * no more memory than an honest body of that size.
 */
export function decodeBody(
  bytes: Uint8Array,
  encoding: string | null,
  bytesMax: number,
): Uint8Array {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity") {
    if (bytes.byteLength > bytesMax)
      throw new BodyRefused(413, `The body has more than ${bytesMax} bytes.`);
    return bytes;
  }
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (!decode)
    throw new BodyRefused(
      415,
      `The encoding ${name.slice(0, 40)} is not one of gzip, deflate, br, zstd.`,
    );
  try {
    return decode(bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE")
      throw new BodyRefused(413, `The decoded body has more than ${bytesMax} bytes.`);
    throw new BodyRefused(400, `The body is not ${name}: it ends early or is damaged.`);
  }
}

/** Bare DEFLATE (RFC 1951), as archives have it. Throws when it is damaged, or is more than so many bytes. */
export const inflated = (bytes: Uint8Array, bytesMax: number): Uint8Array =>
  inflateRawSync(bytes, { maxOutputLength: bytesMax });
/** The other way. */
export const deflated = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes);
