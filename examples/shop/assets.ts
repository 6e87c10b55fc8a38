import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Asset = { name: string; type: string; bytes: Uint8Array<ArrayBuffer>; version: string };

function asset(name: string, type: string): Asset {
  const bytes = new Uint8Array(readFileSync(join(import.meta.dir, "assets", name)));
  return { name, type, bytes, version: Bun.hash(bytes).toString(36) };
}

/** The files that do not change while the shop runs. */
export const assets = {
  style: asset("style.css", "text/css; charset=utf-8"),
  script: asset("shop.js", "text/javascript; charset=utf-8"),
};
