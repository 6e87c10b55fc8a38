import { type Effects, isRefusal, route, type Route } from "#kernel";
import { book, type Kept } from "./book.ts";
import type { Config } from "./config.ts";
import { approve } from "./decide.ts";
import { decidedPage, html, openPage, plainPage } from "./page.ts";
import { linkKey, lookUp } from "./vault.ts";
import { objection } from "./who.ts";

/** What a link allows: this person may approve this, while it is open. */
type Grant = { approval: string; person: string };
const macBytes = 24;

const macOf = (key: Uint8Array, text: string): Uint8Array =>
  new Bun.CryptoHasher("sha256", key)
    .update(`castor approval link\n${text}`)
    .digest()
    .subarray(0, macBytes);
/** Takes the same time wherever they differ. */
const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.reduce((differ, byte, at) => differ | (byte ^ (b[at] ?? 0)), a.length ^ b.length) === 0;

/** A link's secret part (HMAC-SHA256, 192 bits of it). */
export function sealGrant(key: Uint8Array, { approval, person }: Grant): string {
  const text = `${approval}.${person}`;
  return `${text}.${Buffer.from(macOf(key, text)).toString("base64url")}`;
}

export function readGrant(key: Uint8Array, token: string): Grant | undefined {
  const end = token.lastIndexOf(".");
  const text = token.slice(0, Math.max(0, end));
  if (!same(Buffer.from(token.slice(end + 1), "base64url"), macOf(key, text))) return undefined;
  const [approval = "", person = ""] = text.split(".");
  return { approval, person };
}

function pageFor(fx: Effects<Config>, found: Kept, { person }: Grant): Response {
  if (found.state !== "open") return html(200, decidedPage(found));
  const by = { person, via: "link" as const };
  const no = objection(fx, found, by);
  if (no) return html(403, plainPage("This is not for you to decide", no.detail));
  return html(200, openPage(found, lookUp(fx, found)?.input, fx.now));
}

/** Signed links, told to one person each: GET shows what is asked for and changes nothing, POST approves it. */
export const linkRoute: Route = route("ALL", "/in/approval/*", {
  about: "What waits for a second person, by a signed link: GET shows it, POST approves it.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const token = new URL(request.url, "http://castor").pathname.split("/")[3] ?? "";
    const grant = readGrant(await linkKey(fx), token);
    const found = grant && fx.view(book)[grant.approval];
    if (!grant || !found)
      return html(
        404,
        plainPage("There is nothing here", "This link was not made here, or is too old."),
      );
    if (request.method === "GET" || request.method === "HEAD") return pageFor(fx, found, grant);
    if (request.method !== "POST") return html(405, plainPage("Not like this", "Open the link."));
    const by = { person: grant.person, via: "link" as const };
    const done = await approve(fx, grant.approval, by);
    const now = fx.view(book)[grant.approval] ?? found;
    return isRefusal(done)
      ? html(done.problem.status, plainPage(done.problem.title, done.detail))
      : html(
          200,
          now.state === "open"
            ? plainPage("Noted", "One more person has to approve it.")
            : decidedPage(now),
        );
  },
});
