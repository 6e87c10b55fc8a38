import * as z from "zod";

/** Content codings (RFC 9110 §8.4.1, RFC 7932, RFC 8878). */
export const Encoding = z.enum(["br", "zstd", "gzip"]);
export type Encoding = z.infer<typeof Encoding>;

/** What the gateway compresses when the service did not. */
export const CompressionTarget = z.object({
  /** Media types; `text/*` is a whole kind. */
  types: z.array(z.string()),
  bytesMin: z.number().int().min(0).default(1_024),
  /** The first of them that the visitor wants most. */
  encodings: z.array(Encoding).min(1),
});
export type CompressionTarget = z.infer<typeof CompressionTarget>;
