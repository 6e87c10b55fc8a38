import { clientDeclarations } from "../client/declarations.ts";

const csp = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export type Asset = {
  type: string;
  body: Uint8Array<ArrayBuffer>;
  headers: Readonly<Record<string, string>>;
};

const guarded = {
  "content-security-policy": csp,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  // What is kept for a page of another origin says so, and for others it does not.
  vary: "Origin",
};
const html = "text/html; charset=utf-8";

/** A green dot, in the page itself: a crowd of phones would ask for it once each. */
export const icon = "data:image/gif;base64,R0lGODlhAQABAPAAABigagAAACwAAAAAAQABAAACAkQBADs=";

const page = (title: string, name: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${name}.css">
<script type="module" src="${name}.js"></script>
</head>
<body><main></main><noscript>This page needs JavaScript.</noscript></body>
</html>
`;

const textOf = (path: string): Promise<string> => Bun.file(new URL(path, import.meta.url)).text();

async function script(path: string): Promise<string> {
  const entry = new URL(path, import.meta.url).pathname;
  const built = await Bun.build({ entrypoints: [entry], target: "browser", minify: true });
  const [first] = built.outputs;
  if (!built.success || first === undefined)
    throw new AggregateError(built.logs, `${path} does not build`);
  return first.text();
}

type Source = { type: string; make: () => Promise<string> | string };
const scriptOf = (path: string): Source => ({
  type: "text/javascript; charset=utf-8",
  make: () => script(path),
});
const styleOf = (...paths: string[]): Source => ({
  type: "text/css; charset=utf-8",
  make: async () => (await Promise.all(paths.map(textOf))).join(""),
});
const pageOf = (title: string, name: string): Source => ({
  type: html,
  make: () => page(title, name),
});

/** By the path after `/live/<run>`: pages, and what they load beside them. */
const sources: Readonly<Record<string, Source>> = {
  "/": pageOf("Play along", "player"),
  "/player.js": scriptOf("./player/main.ts"),
  "/player.css": styleOf("./audience.css", "./player/player.css"),
  "/screen": pageOf("Stage", "stage"),
  "/stage.js": scriptOf("./stage/main.ts"),
  "/stage.css": styleOf("./stage/stage.css"),
  "/results.css": styleOf("./audience.css", "./results/results.css"),
  "/client.js": scriptOf("../client/client.ts"),
  "/client.d.ts": { type: "text/plain; charset=utf-8", make: clientDeclarations },
};

/** What is made anew each time it is asked for, with the same guards. */
export const assetNow = (type: string, body: string): Asset => ({
  ...{ type, body: new TextEncoder().encode(body) },
  headers: { ...guarded, "cache-control": "no-cache" },
});

async function assetOf({ type, make }: Source): Promise<Asset> {
  const body = new TextEncoder().encode(await make());
  const cached = type === html ? "no-cache" : "public, max-age=300";
  return { type, body, headers: { ...guarded, "cache-control": cached } };
}

/** The pages of audience and stage. Each is made when it is first asked for, and kept: who serves none builds none. */
export function livePages(): (path: string) => Promise<Asset | undefined> {
  const made = new Map<Source, Promise<Asset>>();
  return async (path) => {
    const source = Object.hasOwn(sources, path) ? sources[path] : undefined;
    if (source === undefined) return undefined;
    const known = made.get(source) ?? assetOf(source);
    made.set(source, known);
    return known;
  };
}
