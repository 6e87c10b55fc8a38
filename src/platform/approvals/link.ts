import {
  type Effects,
  isRefusal,
  readSigned,
  route,
  type Route,
  type Seal,
  signText,
} from "#kernel";
import { book, type Kept } from "./book.ts";
import type { Config } from "./config.ts";
import { approve } from "./decide.ts";
import { decidedPage, html, openPage, plainPage } from "./page.ts";
import { linkKey, lookUp } from "./vault.ts";
import { objection } from "./who.ts";

/** What a link allows: this person may approve this, while it is open. */
type Grant = { approval: string; person: string };
const macBytes = 24;

const sealWith = (key: Uint8Array): Seal => ({
  key,
  what: "castor approval link",
  bytes: macBytes,
});

/** A link's secret part (HMAC-SHA256, 192 bits of it). */
export const sealGrant = (key: Uint8Array, { approval, person }: Grant): string =>
  signText(sealWith(key), `${approval}.${person}`);

export function readGrant(key: Uint8Array, token: string): Grant | undefined {
  const text = readSigned(sealWith(key), token);
  if (text === undefined) return undefined;
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
