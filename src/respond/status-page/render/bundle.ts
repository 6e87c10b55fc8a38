import { type CalendarEntry, icalOf } from "#kernel";
import { type Brand, noBrand } from "../brand.ts";
import type { Picture } from "../contract.ts";
import { pushWorker } from "./browser/push.ts";
import { badge } from "./badge.ts";
import { atom, jsonFeed, rss } from "./feeds.ts";
import { indexPage, subscribePage, threadPage } from "./html.ts";
import { brandFiles } from "./shell.ts";
import { apiDocuments } from "./v2.ts";
import { said } from "./words.ts";

export type File = { type: string; body: string };
/** A whole status page as files by their path: it can be put anywhere, and lives there without Castor. */
export type Bundle = ReadonlyMap<string, File>;

const types = {
  js: "text/javascript; charset=utf-8",
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  rss: "application/rss+xml; charset=utf-8",
  atom: "application/atom+xml; charset=utf-8",
  ics: "text/calendar; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
} as const;

/** Says when Castor was last heard of. */
export const pulsePath = "pulse.json";

export function bundleOf(picture: Picture, brand: Brand = noBrand): Bundle {
  const files = new Map<string, File>();
  const add = (path: string, type: keyof typeof types, body: string): void =>
    void files.set(path, { type: types[type], body });
  const addJson = (path: string, document: unknown): void =>
    add(path, "json", JSON.stringify(document));
  const { languages } = picture.page;
  for (const language of languages) {
    const under = language === languages[0] ? "" : `${language}/`;
    add(`${under}index.html`, "html", indexPage(picture, language, brand));
    for (const each of [...picture.incidents, ...picture.maintenances])
      add(
        `${under}incidents/${each.thread}/index.html`,
        "html",
        threadPage(picture, each, { language, brand }),
      );
    if (picture.page.subscribe !== null)
      add(`${under}subscribe/index.html`, "html", subscribePage(picture, language, brand));
    add(`${under}history.rss`, "rss", rss(picture, language));
    add(`${under}history.atom`, "atom", atom(picture, language));
    addJson(`${under}history.json`, jsonFeed(picture, language));
    add(`${under}badge.svg`, "svg", badge(picture, language));
  }
  if (picture.page.subscribe?.kinds.includes("push") === true) add("push.js", "js", pushWorker);
  for (const [path, drawing] of Object.entries(brandFiles(brand))) add(path, "svg", drawing.svg);
  addJson(pulsePath, { at: picture.at, changed: picture.page.updatedAt });
  add("maintenance.ics", "ics", calendar(picture));
  for (const [path, document] of Object.entries(apiDocuments(picture)))
    addJson(`api/v2/${path}`, document);
  return files;
}

function calendar(picture: Picture): string {
  const { page } = picture;
  const entries = picture.maintenances.map(
    ({ thread, from, to, title, updates }): CalendarEntry => ({
      ...{ uid: `${thread}@${page.id}`, from, to, title: said(title, page.languages) },
      about: said(updates[0]?.text ?? {}, page.languages),
    }),
  );
  return icalOf({ name: page.title, madeAt: picture.page.updatedAt, entries });
}
