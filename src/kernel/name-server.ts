import { Resolver } from "node:dns/promises";
import { isIPv6 } from "node:net";
import type { Millis } from "./contract.ts";

export const recordTypes = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"] as const;
export type RecordType = (typeof recordTypes)[number];
export type RecordsOf = {
  name: string;
  type: RecordType;
  /** An address; without it those that the machine asks. */
  server?: { address: string; port: number };
  timeoutMs: Millis;
};

const recordsMax = 200;

/** The records of a name as a zone file writes them, without what is asked for; none where there is no such record. Throws where nobody answers. */
export async function records({ name, type, server, timeoutMs }: RecordsOf): Promise<string[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (server) {
    const { address, port } = server;
    resolver.setServers([`${isIPv6(address) ? `[${address}]` : address}:${port}`]);
  }
  const late = Promise.withResolvers<never>();
  // The resolver's own time is a second at least.
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    const found: unknown = await Promise.race([resolver.resolve(name, type), late.promise]);
    return (found as unknown[]).slice(0, recordsMax).map((each) => inWords(each));
  } catch (why) {
    const { code = "" } = why as { code?: string };
    if (code === "ENOTFOUND" || code === "ENODATA") return [];
    throw why;
  } finally {
    clearTimeout(timer);
    resolver.cancel();
  }
}

type Parts = Record<string, string | number | undefined>;
function inWords(found: unknown): string {
  if (typeof found === "string") return found;
  if (Array.isArray(found)) return found.join("");
  const of = found as Parts;
  if (of["exchange"] !== undefined) return `${of["priority"]} ${of["exchange"]}`;
  if (of["port"] !== undefined)
    return `${of["priority"]} ${of["weight"]} ${of["port"]} ${of["name"]}`;
  const [tag = "", value] = Object.entries(of).find(([key]) => key !== "critical") ?? [];
  return `${of["critical"] ?? 0} ${tag} "${value ?? ""}"`;
}
