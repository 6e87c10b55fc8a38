/** The extension under which web servers and buckets give this type by themselves. */
const extensions: Readonly<Record<string, string>> = {
  "application/atom+xml": "atom",
  "application/javascript": "js",
  "application/json": "json",
  "application/ld+json": "json",
  "application/manifest+json": "webmanifest",
  "application/pdf": "pdf",
  "application/rss+xml": "rss",
  "application/vnd.ms-fontobject": "eot",
  "application/wasm": "wasm",
  "application/xml": "xml",
  "application/zip": "zip",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
  "font/otf": "otf",
  "font/ttf": "ttf",
  "font/woff": "woff",
  "font/woff2": "woff2",
  "image/avif": "avif",
  "image/gif": "gif",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/svg+xml": "svg",
  "image/vnd.microsoft.icon": "ico",
  "image/webp": "webp",
  "image/x-icon": "ico",
  "text/css": "css",
  "text/html": "html",
  "text/javascript": "js",
  "text/plain": "txt",
  "text/xml": "xml",
  "video/mp4": "mp4",
  "video/webm": "webm",
};
/** Others that mean the same type. */
const alike: Readonly<Record<string, readonly string[]>> = {
  html: ["htm", "xhtml"],
  jpg: ["jpeg", "jpe"],
  js: ["mjs", "cjs"],
  json: ["map", "webmanifest"],
  txt: ["text", "md", "log"],
  webmanifest: ["json", "manifest"],
  xml: ["rss", "atom", "xsl"],
};

export const plainType = (contentType: string): string =>
  (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();

/** What to add to a name so that its type is told by it; empty when it says so already, or the type is not known. */
export function extensionFor(name: string, contentType: string): string {
  const extension = extensions[plainType(contentType)];
  const own = /\.([a-z0-9]{1,12})$/i.exec(name)?.[1]?.toLowerCase();
  if (extension === undefined || own === extension) return "";
  return own !== undefined && alike[extension]?.includes(own) === true ? "" : `.${extension}`;
}
