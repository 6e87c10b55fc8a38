import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip,
  zstdCompress,
} from "node:zlib";
import type { Transform } from "node:stream";
import type { Encoding } from "./settings.ts";

/** While a visitor waits speed counts; for a copy that many get, size does. */
export type Effort = "now" | "kept";
const levels: Record<Effort, Record<Encoding, number>> = {
  now: { br: 4, zstd: 3, gzip: 5 },
  kept: { br: 6, zstd: 9, gzip: 7 },
};
/** The window of Brotli, as a power of two: what one answer under way holds in memory. */
const brotliWindow = 18;

const brotliParams = (effort: Effort): Record<number, number> => ({
  [constants.BROTLI_PARAM_QUALITY]: levels[effort].br,
  [constants.BROTLI_PARAM_LGWIN]: brotliWindow,
});
const zstdParams = (effort: Effort): Record<number, number> => ({
  [constants.ZSTD_c_compressionLevel]: levels[effort].zstd,
});

/** Compresses all of it, on the runtime's other threads. */
export function compressed(bytes: Buffer, encoding: Encoding, effort: Effort): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: Buffer): void =>
      error === null || error === undefined ? resolve(result) : reject(error);
    if (encoding === "br") brotliCompress(bytes, { params: brotliParams(effort) }, done);
    else if (encoding === "zstd") zstdCompress(bytes, { params: zstdParams(effort) }, done);
    else gzip(bytes, { level: levels[effort].gzip }, done);
  });
}

/** A stream that compresses on the runtime's other threads; `flush` lets out all that came so far. */
export type Compressing = Transform & { flush(kind: number, done?: () => void): void };

export function compressing(encoding: Encoding): { stream: Compressing; flushKind: number } {
  if (encoding === "br")
    return {
      stream: createBrotliCompress({ params: brotliParams("now") }),
      flushKind: constants.BROTLI_OPERATION_FLUSH,
    };
  if (encoding === "zstd")
    return {
      stream: createZstdCompress({ params: zstdParams("now") }),
      flushKind: constants.ZSTD_e_flush,
    };
  return { stream: createGzip({ level: levels.now.gzip }), flushKind: constants.Z_SYNC_FLUSH };
}
