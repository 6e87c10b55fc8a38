import { type Effects, type Refusal, route } from "#kernel";
import { brandNow } from "./brand.ts";
import type { Config } from "./config.ts";
import { notFound, type Picture } from "./contract.ts";
import { pictureNow } from "./picture.ts";
import { type Bundle, bundleOf } from "./render/bundle.ts";
import { subscriberRoutes } from "./subscribers/routes.ts";

/** Ten thousand readers cost as much as one: the page is made anew at most so often. */
const freshMs = 5_000;
const made = new WeakMap<object, { at: number; bundle: Bundle; tags: Map<string, string> }>();

function bundleNow(fx: Effects<Config>) {
  const known = made.get(fx.counters);
  if (known && fx.now - known.at < freshMs) return known;
  const next = {
    at: fx.now,
    bundle: bundleOf(steady(pictureNow(fx)), brandNow(fx)),
    tags: new Map<string, string>(),
  };
  made.set(fx.counters, next);
  return next;
}

/** The page says when it was made; for half a minute that is the same, so that what a reader has is still right. */
const sameAtMs = 30_000;
const steady = (picture: Picture): Picture => ({
  ...picture,
  at: Math.max(picture.page.updatedAt, Math.floor(picture.at / sameAtMs) * sameAtMs),
});

/** A drawing that somebody opens by itself is a page of this origin: it draws and does nothing else. */
const drawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

const tagOf = (body: string): string => `"${Bun.hash.xxHash64(body).toString(36)}"`;

/** `/status/…` as the bundle has it: a folder is its index, and readers of the API may be anywhere. */
async function serve(request: Request, fx: Effects<Config>): Promise<Response | Refusal> {
  const asked = new URL(request.url).pathname.replace(/^\/status\/?/, "");
  const { bundle, tags } = bundleNow(fx);
  const path = asked === "" || asked.endsWith("/") ? `${asked}index.html` : asked;
  const file = bundle.get(path);
  if (!file) {
    const isFolder = bundle.has(`${asked}/index.html`);
    if (isFolder)
      return new Response(null, { status: 308, headers: { location: `/status/${asked}/` } });
    return notFound(`The status page has no ${asked}.`);
  }
  const tag = tags.get(path) ?? tagOf(file.body);
  tags.set(path, tag);
  const headers = {
    ...{ etag: tag, "cache-control": "public, max-age=30, stale-while-revalidate=60" },
    ...{ "access-control-allow-origin": "*", "x-content-type-options": "nosniff" },
    ...(file.type.startsWith("image/svg+xml") && { "content-security-policy": drawingPolicy }),
  };
  if (request.headers.get("if-none-match") === tag)
    return new Response(null, { status: 304, headers });
  return new Response(file.body, { headers: { ...headers, "content-type": file.type } });
}

const of = { allow: "public", serve } as const;
export const routes = [
  ...subscriberRoutes,
  route<Config>("GET", "/status", { ...of, about: "The status page." }),
  route<Config>("GET", "/status/*", { ...of, about: "The status page, its feeds and its API." }),
];
