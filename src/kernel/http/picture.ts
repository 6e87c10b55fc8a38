const begins = (bytes: Uint8Array, at: number, ...code: number[]): boolean =>
  code.every((each, i) => bytes[at + i] === each);
const text = (word: string): number[] => [...word].map((letter) => letter.charCodeAt(0));

/** What a browser draws and never runs, by its own first bytes: what the sender calls it is of no matter. */
export function pictureType(bytes: Uint8Array): string | undefined {
  if (begins(bytes, 0, 0x89, ...text("PNG\r\n"), 0x1a, 0x0a)) return "image/png";
  if (begins(bytes, 0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (begins(bytes, 0, ...text("GIF87a")) || begins(bytes, 0, ...text("GIF89a")))
    return "image/gif";
  if (begins(bytes, 0, ...text("RIFF")) && begins(bytes, 8, ...text("WEBP"))) return "image/webp";
  return undefined;
}

/** A picture by the hash of what it is: never anything else, whatever it is opened as. */
export function pictureAnswer(
  request: Request,
  { hash, type, bytes }: { hash: string; type: string; bytes: Uint8Array },
): Response {
  const etag = `"${hash}"`;
  if (request.headers.get("if-none-match") === etag)
    return new Response(null, { status: 304, headers: { etag } });
  return new Response(new Uint8Array(bytes), {
    headers: {
      "content-type": type,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "content-disposition": "inline",
      "cross-origin-resource-policy": "same-origin",
      // It never becomes another picture, but may be taken away: a browser that has it asks whether it is still there.
      ...{ "cache-control": "private, no-cache", etag },
    },
  });
}
