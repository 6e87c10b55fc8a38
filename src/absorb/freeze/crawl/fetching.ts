import type { Net } from "#kernel";
import type { Address } from "./address.ts";

export type Fetched = { status: number; headers: Headers; body: Uint8Array; tookMs: number };
/** What a fetch needs of the world. */
export type World = {
  fetch: Net["fetch"];
  now(): number;
  sleep(ms: number): Promise<void>;
  signal: AbortSignal;
};

const userAgent = "Castor-Freeze/1.0 (takes a copy for when the site is busy)";
const answerWithinMs = 30_000;

export class TooLarge extends Error {}

/** Asks the gateway for one address, as somebody whom nobody knows. */
export async function fetchOne(
  { authority, target }: Address,
  of: {
    world: World;
    door: string;
    bytesMax: number;
    validators: Readonly<Record<string, string>>;
  },
): Promise<Fetched> {
  const { world, door, bytesMax } = of;
  const startedAt = world.now();
  const response = await world.fetch(door + target, {
    redirect: "manual",
    headers: {
      host: authority,
      "user-agent": userAgent,
      accept: "text/html,application/xhtml+xml,*/*;q=0.8",
      ...of.validators,
    },
    signal: AbortSignal.any([world.signal, AbortSignal.timeout(answerWithinMs)]),
    // The gateway's own certificate is for the site's name, and this is loopback.
    ...({
      tls: { rejectUnauthorized: false, serverName: authority.replace(/:\d+$/, "") },
    } as object),
  });
  const body = await bodyOf(response, bytesMax);
  return {
    status: response.status,
    headers: response.headers,
    body,
    tookMs: world.now() - startedAt,
  };
}

async function bodyOf(response: Response, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > bytesMax) throw new TooLarge(`larger than ${bytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
