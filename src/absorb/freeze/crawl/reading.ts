import { cssNeeds } from "./css.ts";
import { type PageRead, readPage, type Reference } from "./html.ts";
import { manifestNeeds, scriptNeeds } from "./script.ts";

/** What a response names. `isGuess`: it may not be there at all, and nobody is told when it is not. */
export type Need = Reference & { isGuess?: boolean };
export type Read = { needs: Need[]; page?: PageRead; body: Uint8Array };

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const utf8 = (letters: string): string => Buffer.from(letters, "latin1").toString("utf8");
const files = (urls: readonly string[], isGuess = false): Need[] =>
  urls.map((url) => ({ url: utf8(url), kind: "file", ...(isGuess ? { isGuess } : {}) }));

/** Reads what came: which other things it needs, and where a page takes its line. */
export function read(contentType: string, body: Uint8Array): Read {
  const [type = ""] = contentType.toLowerCase().split(";");
  if (isHtml(type)) {
    const page = readPage(latin1(body));
    return { needs: page.references, page, body: Buffer.from(page.html, "latin1") };
  }
  if (type.includes("css"))
    return { needs: files(cssNeeds(latin1(body)).map(({ url }) => url)), body };
  if (/javascript|ecmascript/.test(type))
    return { needs: files(scriptNeeds(latin1(body)), true), body };
  if (type.includes("manifest+json")) return { needs: files(manifestNeeds(latin1(body))), body };
  return { needs: [], body };
}

export const isHtml = (type: string): boolean =>
  /^\s*(text\/html|application\/xhtml\+xml)/i.test(type);
