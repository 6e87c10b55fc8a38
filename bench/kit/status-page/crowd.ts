import { startCastor, until } from "../../../e2e/running.ts";
import { ownTicks, tickMs } from "../one-core.ts";

const host = "status.shop.example";
const togetherMax = 64;

export type Read = { readers: number; hits: number; controlMs: number };

/** So many read the page through the gateway: what that costs the process that makes it. */
export async function readByCrowd(readers: number): Promise<Read> {
  const castor = await startCastor({ config: { gateway: { workers: 1 } } });
  castor.writeConfig({
    console: { hosts: [host] },
    catalog: { services: { status: { url: castor.console } } },
    gateway: { workers: 1, routes: [{ host, service: "status" }] },
    cache: { routes: [{ path: "/status" }] },
    "status-page": { components: { shop: { name: "Shop" } } },
  });
  let hits = 0;
  const read = async (): Promise<boolean> => {
    const answer = await fetch(`${castor.gateway}/status/`, { headers: { host } });
    const isPage = (await answer.text()).includes("data-at=");
    return isPage && (answer.headers.get("cache-status") ?? "").includes("hit");
  };
  await until("the gateway keeps the page", read);
  const pid = castor.pidOf("control");
  const idleBefore = ownTicks(pid);
  const began = performance.now();
  let begun = 0;
  const reader = async (): Promise<void> => {
    while (begun++ < readers) if (await read()) hits++;
  };
  await Promise.all(Array.from({ length: togetherMax }, reader));
  const tookMs = performance.now() - began;
  const spent = (ownTicks(pid) - idleBefore) * tickMs;
  // As long again without readers: what control does anyway is not theirs.
  const restBefore = ownTicks(pid);
  await Bun.sleep(tookMs);
  const rest = (ownTicks(pid) - restBefore) * tickMs;
  return { readers, hits, controlMs: Math.max(0, spent - rest) };
}
