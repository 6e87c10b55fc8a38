import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

type Manifest = { html: string; files: Record<string, { type: string; encodings: string[] }> };

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const GUARDED = {
  "content-security-policy": CSP,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
};
const IMMUTABLE = "public, max-age=31536000, immutable";
const ENDINGS = { br: ".br", gzip: ".gz" };
const NOT_PAGES = /^\/(api|in|v1)(\/|$)/;

const BEING_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Castor</title>
<body><h1>The console is being built</h1><p>This takes a few seconds, once. The page reloads by itself.</p></body></html>`;

/** The manifest of a folder, read again only when the file was replaced by another build. */
function manifestOf(folder: string): () => Manifest | undefined {
  const path = join(folder, "manifest.json");
  let readAt = -1;
  let manifest: Manifest | undefined;
  return () => {
    const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (changedAt === undefined) return undefined;
    if (changedAt !== readAt) {
      manifest = JSON.parse(readFileSync(path, "utf8"));
      readAt = changedAt;
    }
    return manifest;
  };
}

function asset(folder: string, path: string, manifest: Manifest, request: Request): Response {
  const file = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
  if (!file) return new Response("No such file", { status: 404, headers: GUARDED });
  const accepted = request.headers.get("accept-encoding") ?? "";
  const encoding = (["br", "gzip"] as const).find(
    (each) => file.encodings.includes(each) && new RegExp(`\\b${each}\\b`).test(accepted),
  );
  const hashed = /-[a-z0-9]{6,}\.\w+$/.test(path);
  const headers = {
    ...GUARDED,
    "content-type": file.type,
    // What rules over the page while it is closed must not be older than the page.
    "cache-control": hashed
      ? IMMUTABLE
      : path.startsWith("/assets/")
        ? "public, max-age=3600"
        : "no-cache",
    vary: "accept-encoding",
    ...(encoding ? { "content-encoding": encoding } : {}),
  };
  return new Response(Bun.file(join(folder, path + (encoding ? ENDINGS[encoding] : ""))), {
    headers,
  });
}

/** Serves a built console: files for ever, the page for every other path that is not an API's. */
export function serveConsole(folder: string): (request: Request) => Response | undefined {
  const current = manifestOf(folder);
  return (request) => {
    const { pathname } = new URL(request.url, "http://console");
    if (NOT_PAGES.test(pathname)) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const manifest = current();
    const html = { ...GUARDED, "content-type": "text/html; charset=utf-8" };
    if (!manifest) {
      const headers = { ...html, refresh: "2", "retry-after": "2", "cache-control": "no-store" };
      return new Response(BEING_BUILT, { status: 503, headers });
    }
    // What lies at the root and has a dot was meant as a file, such as /favicon.ico.
    if (pathname.startsWith("/assets/") || /^\/[^/]+\.\w+$/.test(pathname))
      return asset(folder, pathname, manifest, request);
    const etag = `"${manifest.html}"`;
    const headers = { ...html, etag, "cache-control": "no-cache" };
    if (request.headers.get("if-none-match") === etag)
      return new Response(null, { status: 304, headers });
    return new Response(Bun.file(join(folder, "index.html")), { headers });
  };
}
