import { pulsePath } from "../render/bundle.ts";
import type { Change, Place } from "./place.ts";

/** What the front page carries for its own script (`render/shell.ts`): when Castor last wrote, and after how long that is old. */
const oldAfter = /<body[^>]*\sdata-old="(\d+)"/;
const line = /(<p id="old" role="status")(?: hidden)?( data-says="([^"]*)">)[^<]*(<\/p>)/;
const language = /<html lang="([a-z]{2})"/;
const minuteMs = 60_000;

/** As the page's script says it. */
function ageIn(html: string, minutes: number): string {
  const words = new Intl.RelativeTimeFormat(language.exec(html)?.[1] ?? "en", {
    numeric: "always",
  });
  if (minutes < 90) return words.format(-minutes, "minute");
  return minutes < 2_880
    ? words.format(-Math.round(minutes / 60), "hour")
    : words.format(-Math.round(minutes / 1_440), "day");
}

/** The page as it is, with how old it is written into it: for readers without scripts, and for whoever keeps a copy. */
export const aged = (html: string, minutes: number): string =>
  html.replace(line, (_, begins: string, says: string, words: string, ends: string) =>
    [begins, says, words.replace("{age}", ageIn(html, minutes)), ends].join(""),
  );

async function pulseOf(place: Place): Promise<number> {
  const { at } = JSON.parse((await place.read(pulsePath)) ?? "{}") as { at?: unknown };
  if (typeof at !== "number") throw new Error("no page of Castor's stands there");
  return at;
}

export type Silence = { minutes: number; isSilent: boolean };

/**
 * Looks how long nobody published, and where that is too long has the front pages say so. Needs nothing but the place: whoever
 * publishes is gone. Theirs is the next word: they write their front pages anew each minute, and nothing else was touched.
 */
export async function tellSilence(
  place: Place,
  of: { languages: readonly string[]; now: number },
): Promise<Silence> {
  const at = await pulseOf(place);
  const minutes = Math.max(0, Math.floor((of.now - at) / minuteMs));
  const paths = of.languages.map((each, i) => `${i === 0 ? "" : `${each}/`}index.html`);
  const changes: Change[] = [];
  let isSilent = false;
  for (const path of paths) {
    const html = await place.read(path);
    if (html === undefined) continue;
    if (minutes < Number(oldAfter.exec(html)?.[1] ?? Number.POSITIVE_INFINITY)) continue;
    isSilent = true;
    const body = aged(html, minutes);
    if (body !== html) changes.push({ path, file: { type: "text/html; charset=utf-8", body } });
  }
  if (changes.length === 0) return { minutes, isSilent };
  // Whoever came back while the pages were read: what would be written is older than what stands there.
  if ((await pulseOf(place)) !== at) return await tellSilence(place, of);
  await place.write(changes);
  return { minutes, isSilent };
}
