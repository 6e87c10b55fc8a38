import { Bytes } from "#kernel";
import * as z from "zod";
import { type CompressionTarget, Encoding } from "./data-plane/compression/settings.ts";

/** What is text, whatever it is called; pictures, films and archives are compressed already. */
const typesByDefault = [
  ...["text/*", "application/json", "application/javascript", "application/xml"],
  ...["application/wasm", "image/svg+xml", "image/bmp", "image/x-icon"],
  ...["font/ttf", "font/otf", "application/vnd.ms-fontobject"],
];
const mediaType = /^[a-z0-9!#$&^_.+-]+\/([a-z0-9!#$&^_.+-]+|\*)$/i;

export const CompressionConfig = z
  .union([
    z.literal(false),
    z
      .object({
        types: z
          .array(z.string().regex(mediaType, 'Write a media type such as "text/css" or "text/*"'))
          .default(typesByDefault)
          .describe(
            "What is compressed; `application/json` and `application/xml` stand for all that end in +json and +xml. Event streams only where they are named.",
          ),
        min: Bytes.prefault("1KB").describe("Smaller answers go as they are."),
        encodings: z
          .array(Encoding)
          .min(1)
          .default(["br", "zstd", "gzip"])
          .describe("The one that the visitor wants most; among equals the first."),
      })
      .strict(),
  ])
  .prefault({});
export type CompressionConfig = z.infer<typeof CompressionConfig>;

/** For a route: the gateway's, unless the route wants none. */
export const compressionTarget = (
  gateway: CompressionConfig,
  route: false | undefined,
): CompressionTarget | undefined =>
  gateway === false || route === false
    ? undefined
    : { types: gateway.types, bytesMin: gateway.min, encodings: gateway.encodings };
