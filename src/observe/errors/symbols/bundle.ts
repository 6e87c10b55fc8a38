import * as z from "zod";
import { BadZip, Zip } from "./zip.ts";

/** A bundle of source maps, as `sentry-cli sourcemaps upload` makes it. Plain values: it goes to another thread. */
export type BundleTask = {
  bytes: Uint8Array;
  mapBytesMax: number;
  /** Of all files of the bundle, unpacked. */
  bytesMax: number;
};
/** One map, and all that it is found by; `url` begins with `~/`. */
export type UploadedMap = {
  /** SHA-256 of what it unpacks to, hex. */
  hash: string;
  /** zstd. */
  body: Uint8Array;
  bytes: number;
  debugIds: string[];
  urls: string[];
};
/** A script whose map is another file, perhaps of another bundle. */
export type ScriptRef = { url: string; map: string };
export type Unpacked = { maps: UploadedMap[]; scripts: ScriptRef[] } | { fault: string };

const entriesMax = 10_000;
const manifestBytesMax = 8_000_000;
const scriptBytesMax = 64_000_000;
const zstdLevel = 3;

const Manifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      type: z.string().default(""),
      url: z.string().max(2_000).default(""),
      headers: z.record(z.string(), z.string().max(4_000)).default({}),
    }),
  ),
});
type File = z.infer<typeof Manifest>["files"][string];

/** Takes a bundle apart; a fault in words when it is none. Reads no more than its limits. */
export function work({ bytes, mapBytesMax, bytesMax }: BundleTask): Unpacked {
  try {
    const entryBytesMax = Math.max(mapBytesMax, scriptBytesMax, manifestBytesMax);
    const zip = new Zip(bytes, { entriesMax, entryBytesMax, bytesMax });
    return unpack(zip, mapBytesMax);
  } catch (why) {
    if (why instanceof BadZip || why instanceof z.ZodError || why instanceof SyntaxError)
      return { fault: `The bundle cannot be read: ${plain(why)}` };
    throw why;
  }
}

const plain = (why: Error): string =>
  why instanceof z.ZodError ? `its manifest is not as it should be` : why.message.slice(0, 300);

function unpack(zip: Zip, mapBytesMax: number): Unpacked {
  const text = zip.file("manifest.json");
  if (!text) return { fault: "The bundle has no manifest.json." };
  const { files } = Manifest.parse(JSON.parse(new TextDecoder().decode(text)));
  const maps = new Map<string, UploadedMap>();
  const scripts: ScriptRef[] = [];
  for (const [path, file] of Object.entries(files)) {
    if (file.type !== "source_map" && file.type !== "minified_source") continue;
    const bytes = zip.file(path);
    if (!bytes) return { fault: `The bundle lacks ${path}, which its manifest names.` };
    if (file.type === "minified_source") {
      const found = mapOf(file, bytes);
      if (found === undefined) continue;
      if (typeof found === "string" && file.url !== "")
        scripts.push({ url: plainUrl(file.url), map: resolveUrl(found, plainUrl(file.url)) });
      if (typeof found !== "string" && found.length <= mapBytesMax) addMap(maps, file, found);
      continue;
    }
    if (bytes.length > mapBytesMax)
      return { fault: `${file.url || path} has more than ${mapBytesMax} bytes.` };
    addMap(maps, file, bytes);
  }
  return { maps: [...maps.values()], scripts };
}

function addMap(maps: Map<string, UploadedMap>, file: File, bytes: Uint8Array): void {
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const known: UploadedMap = maps.get(hash) ?? {
    hash,
    body: Bun.zstdCompressSync(bytes, { level: zstdLevel }),
    bytes: bytes.length,
    debugIds: [],
    urls: [],
  };
  const debugId = debugIdOf(header(file, "debug-id"));
  if (debugId !== undefined) known.debugIds.push(debugId);
  if (file.url !== "") known.urls.push(plainUrl(file.url));
  maps.set(hash, known);
}

/** A debug id as it is compared: 32 hex digits, without what some builds append. */
export function debugIdOf(text: string | undefined): string | undefined {
  const plain = text?.replaceAll("-", "").toLowerCase().slice(0, 32) ?? "";
  return /^[0-9a-f]{32}$/.test(plain) ? plain : undefined;
}

const header = (file: File, name: string): string | undefined =>
  Object.entries(file.headers).find(([each]) => each.toLowerCase() === name)?.[1];

const inline = /^data:application\/json[^,]{0,100};base64,/i;
const tailBytes = 4_096;

/** Where a script says that its map is, or the map itself when it is within the script. */
function mapOf(file: File, script: Uint8Array): string | Uint8Array | undefined {
  const tail = Buffer.from(script.buffer, script.byteOffset, script.byteLength);
  const own = "sourceMappingURL=";
  const said = header(file, "sourcemap");
  if (said !== undefined) return said;
  const at = tail.lastIndexOf(own);
  if (at < 0) return undefined;
  const text = tail.toString("latin1", at + own.length).split(/[\s'"*]/, 1)[0] ?? "";
  if (inline.test(text)) return Buffer.from(text.replace(inline, ""), "base64");
  return text.length > 0 && text.length < tailBytes ? text : undefined;
}

/** For any origin, without a query. */
const plainUrl = (url: string): string =>
  url.replace(/[?#].*$/, "").replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, "~");
/** Relative to the script, both written with `~` for any origin. */
function resolveUrl(to: string, from: string): string {
  const base = `http://x${from.replace(/^~/, "") || "/"}`;
  if (to.startsWith("~")) return plainUrl(to);
  return URL.canParse(to, base) ? `~${new URL(to, base).pathname}` : plainUrl(to);
}
