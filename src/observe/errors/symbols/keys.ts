import { listOf, recordOf, wordOf, type Json } from "../event/json.ts";
import { debugIdOf } from "./bundle.ts";

/** How a map is found: by the debug id of its script, or by release, dist and URL. */
export const debugKey = (debugId: string): string => `debug ${debugId}`;
export const urlKey = (release: string, dist: string | undefined, url: string): string =>
  `url ${release}\n${dist ?? ""}\n${url}`;

const filesMax = 20;
const imagesMax = 500;
/** Of pages and of apps in a web view; a server's own files are found by debug ids alone. */
const address = /^(?:https?|app|capacitor|ionic):\/\/[^/?#]*(\/[^?#]*)/i;
const platforms = new Set(["javascript", "node"]);

/** The keys that each script of an event could have its map under, the surest first; by the script as frames name it. */
export function keysOf(sent: Json, files: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (!platforms.has(wordOf(sent["platform"]) ?? "")) return found;
  const images = imagesOf(sent);
  const release = wordOf(sent["release"], 250);
  const dist = wordOf(sent["dist"], 64);
  for (const file of files) {
    if (found.size >= filesMax) break;
    const keys: string[] = [];
    const debugId = images.get(file);
    if (debugId !== undefined) keys.push(debugKey(debugId));
    const path = release === undefined ? undefined : address.exec(file)?.[1];
    if (release !== undefined && path !== undefined) {
      if (dist !== undefined) keys.push(urlKey(release, dist, `~${path}`));
      keys.push(urlKey(release, undefined, `~${path}`));
    }
    if (keys.length > 0) found.set(file, keys);
  }
  return found;
}

function imagesOf(sent: Json): Map<string, string> {
  const images = new Map<string, string>();
  for (const each of listOf(recordOf(sent["debug_meta"])?.["images"]).slice(0, imagesMax)) {
    const image = recordOf(each);
    const file = wordOf(image?.["code_file"], 1_000);
    const debugId = debugIdOf(wordOf(image?.["debug_id"], 100));
    if (file !== undefined && debugId !== undefined) images.set(file, debugId);
  }
  return images;
}
