import { BodyRefused, type Effects, isRefusal, readBytes, route, type Route } from "#kernel";
import { judgeOrder } from "../../alerts/contract.ts";
import { configNow } from "../chosen/chosen.ts";
import type { Config } from "../config.ts";
import { seen } from "../contract.ts";
import { perform } from "../deeds.ts";
import { foldedFor } from "../delivery/digest.ts";
import { addressNow, beforeOf, canBeNoise, zoneOf } from "../delivery/compose.ts";
import { pageStream } from "../escalation/desk.ts";
import type { Page } from "../escalation/page.ts";
import { pagesView } from "../escalation/pages.ts";
import { bookOf } from "./book.ts";
import { html, notedPage, notFoundPage, overviewPage, phonePage } from "./phone.ts";
import { type Grant, linkKey, readGrant, sealGrant } from "./tokens.ts";

/** Pages that a link is about: one, or all in somebody's digest. */
function pagesFor(fx: Effects<Config>, { page, person }: Grant): Page[] {
  if (page === "all") return foldedFor(fx, person);
  const found = fx.view(pagesView).pages[page];
  return found ? [found] : [];
}

/** Does what the link is for, and says what is true now. */
async function performAll(fx: Effects<Config>, { deed, ...grant }: Grant): Promise<string> {
  const by = grant.person;
  const said: string[] = [];
  if (deed === "show" || deed === "noise") return "";
  for (const { page } of pagesFor(fx, { deed, ...grant }))
    said.push(await perform(fx, { deed, page, by, via: "link" }));
  return said.length === 1 ? (said[0] ?? "") : "Done.";
}

const becauseBytesMax = 4_000;
const because = { min: 3, max: 300 };

/** Somebody says that a page was noise: it counts in the report, under its rule. */
async function judgeNoise(fx: Effects<Config>, grant: Grant, request: Request): Promise<Response> {
  const [page] = pagesFor(fx, grant);
  if (!page || !canBeNoise(page)) return html(404, notFoundPage("There is nothing to judge."));
  const bytes = await readBytes(request, becauseBytesMax).catch((why: unknown) => {
    if (why instanceof BodyRefused) return undefined;
    throw why;
  });
  if (!bytes) return html(413, notFoundPage("That is too long to read in the morning."));
  const body = Buffer.from(bytes).toString();
  const why = (new URLSearchParams(body).get("because") ?? "").trim();
  if (why.length < because.min || why.length > because.max)
    return html(400, notFoundPage(`Say why, in ${because.min} to ${because.max} characters.`));
  const verdict = { group: page.page, verdict: "noise" as const };
  const said = `${why} (${grant.person})`.slice(0, because.max);
  const no = await fx.order(judgeOrder, { ...verdict, because: said });
  if (isRefusal(no)) return html(404, notFoundPage(no.detail));
  return html(200, notedPage(ruleUrlOf(fx, page)));
}

/** Where the rule is looked at and tried otherwise. */
function ruleUrlOf(fx: Effects<Config>, { about: { labels, title } }: Page): string | undefined {
  const address = addressNow(fx);
  const rule = labels["objective"] ?? labels["alertname"] ?? title;
  return address === null
    ? undefined
    : `${address}/alerts?view=noise&rule=${encodeURIComponent(rule)}`;
}

async function show(fx: Effects<Config>, grant: Grant, request: Request): Promise<Response> {
  if (grant.page === "all") {
    const key = await linkKey(fx);
    const linkTo = (page: string): string => sealGrant(key, { ...grant, deed: "show", page });
    return html(200, overviewPage(pagesFor(fx, grant), await formsFor(fx, grant), linkTo));
  }
  const [page] = pagesFor(fx, grant);
  if (!page) return html(404, notFoundPage("This page ended a while ago."));
  // A browser that somebody steers says so; what fetches links to look for harm does not count as having seen it.
  if (request.headers.get("sec-fetch-mode") === "navigate") {
    const saw = { page: page.page, person: grant.person, via: "link" };
    await fx.record(pageStream(page.page), [seen(saw)], {
      id: `paging.seen.${page.page}.${page.call}.${grant.person}`,
    });
  }
  const [before, book] = await Promise.all([beforeOf(fx, page), bookOf(fx, page)]);
  return html(
    200,
    phonePage(page, {
      now: fx.now,
      ...{ before, book },
      forms: await formsFor(fx, grant),
      person: grant.person,
      zone: zoneOf(fx.config, grant.person),
      isJudging: grant.deed === "noise",
    }),
  );
}

/** Where each button goes: relative, so that it works under whatever name the page was reached by. None lasts longer than the link. */
async function formsFor(
  fx: Effects<Config>,
  { page, person, until }: Grant,
): Promise<Record<string, string>> {
  const key = await linkKey(fx);
  return Object.fromEntries(
    (["acknowledge", "escalate", "silence", "noise"] as const).map((deed) => [
      deed,
      sealGrant(key, { deed, page, person, until }),
    ]),
  );
}

/** Signed links: GET shows and changes nothing, POST does what the link is for. */
export const linkRoute: Route = route("ALL", "/in/page/*", {
  about:
    "A page on a phone, by a signed link: GET shows it, POST acknowledges, escalates or silences.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const token = new URL(request.url, "http://castor").pathname.split("/")[3] ?? "";
    const grant = readGrant(await linkKey(fx), token, fx.now);
    if (grant === undefined) return html(404, notFoundPage("This link was not made here."));
    if (grant === "expired") return html(410, notFoundPage("This link is too old."));
    if (!Object.hasOwn(configNow(fx).people, grant.person))
      return html(410, notFoundPage("Whoever this link was for is called no more."));
    if (request.method === "GET" || request.method === "HEAD")
      return await show(fx, grant, request);
    if (request.method !== "POST" || grant.deed === "show")
      return html(405, notFoundPage("This link shows a page and does nothing."));
    if (grant.deed === "noise") return await judgeNoise(fx, grant, request);
    const said = await performAll(fx, grant);
    // Mattermost's buttons ask here themselves, and want JSON to show.
    if (request.headers.get("content-type")?.includes("json") === true)
      return Response.json({ ephemeral_text: said });
    const next = { ...grant, deed: "show" as const };
    const location = `/in/page/${sealGrant(await linkKey(fx), next)}`;
    return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
  },
});
