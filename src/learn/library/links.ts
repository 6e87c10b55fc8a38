import { action, type Effects } from "#kernel";
import * as z from "zod";
import * as contract from "./contract.ts";
import { type Config, reached, reasonOf } from "./reach.ts";
import { shelf } from "./shelf.ts";

const atOnceMax = 4;
const answerMsMax = 15_000;
const linksMax = 1_000;

type Reach = Pick<Effects<Config>, "net" | "config">;

/** Why a link leads nowhere; undefined when it leads somewhere, also where that somewhere wants no robots. */
async function brokenBy(fx: Reach, url: string): Promise<string | undefined> {
  const ask = async (method: "GET" | "HEAD"): Promise<number> => {
    const answer = await reached(fx, url, { method, msMax: answerMsMax });
    await answer.body?.cancel();
    return answer.status;
  };
  try {
    const status = await ask("HEAD");
    const again = status === 404 || status === 405 || status === 501 ? await ask("GET") : status;
    return again === 404 || again === 410 || again >= 500 ? `it answers ${again}` : undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

type Linked = { id: string; url: string };
const linkedIn = (fx: Pick<Effects, "tables">, source: string): Linked[] =>
  fx
    .tables(shelf)
    .all<{ id: string; url: string }>(
      "SELECT id, story ->> '$.url' AS url FROM library_shelf WHERE source = ? AND story ->> '$.url' IS NOT NULL LIMIT ?",
      source,
      linksMax,
    );

export const checkLinksAction = action("library.check-links", {
  about:
    "Asks every link of a collection whether it still leads somewhere; four at a time, 1,000 at most.",
  input: z.object({ source: contract.Source }),
  output: z.object({
    checked: z.number(),
    broken: z.array(z.object({ url: z.string(), why: z.string() })),
  }),
  act: async ({ source }, fx: Effects<Config>) => {
    const links = linkedIn(fx, source);
    if (links.length === 0) return contract.unknownSource(`No link of ${source} is known.`);
    const broken: (Linked & { why: string })[] = [];
    let next = 0;
    const walk = async (): Promise<void> => {
      for (let link = links[next++]; link && !fx.signal.aborted; link = links[next++]) {
        const why = await brokenBy(fx, link.url);
        if (why !== undefined) broken.push({ ...link, why });
      }
    };
    await Promise.all(Array.from({ length: atOnceMax }, walk));
    await fx.record(source, [
      contract.linksChecked({
        source,
        checked: links.map(({ id }) => id),
        broken: broken.map(({ id, why }) => ({ id, why })),
      }),
    ]);
    return { checked: links.length, broken: broken.map(({ url, why }) => ({ url, why })) };
  },
});
