import { decodeBody, type Effects, readBytes, Room } from "#kernel";
import type { Config } from "../config.ts";
import { intakeHeader, silencesHeader } from "../intake/headers.ts";
import { outpostName } from "../intake/picture.ts";
import { silenceTurnsView } from "../silences.ts";

const bodyBytesMax = 16_000_000;
/** Bodies on their way through control, together. */
const room = new Room(64_000_000);

/** A request's body as it was sent; `done` once it is no longer needed. Throws BodyRefused. */
export async function bodyOf(
  request: Request,
  bytesMax = bodyBytesMax,
): Promise<{ body: Uint8Array<ArrayBuffer>; done(): void }> {
  const share = room.share();
  try {
    return { body: await readBytes(request, bytesMax, share), done: () => share.giveBack() };
  } catch (why) {
    share.giveBack();
    throw why;
  }
}

/** A request's body as JSON. Throws BodyRefused, or SyntaxError where it is none. */
export async function jsonOf(request: Request): Promise<Record<string, unknown>> {
  const { body, done } = await bodyOf(request);
  done();
  return recordIn(body, request);
}

/** A body that was read, as JSON. Throws BodyRefused, or SyntaxError where it is none. */
export function recordIn(body: Uint8Array, request: Request): Record<string, unknown> {
  const bytes = decodeBody(body, request.headers.get("content-encoding"), bodyBytesMax);
  const value: unknown = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
  );
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Gives a request to the outpost, as that intake's. 503 while it is away. */
export function pass(
  fx: Effects<Config>,
  request: Request,
  of: { intake: string; path: string; body?: Uint8Array<ArrayBuffer> },
): Promise<Response> {
  const headers: Record<string, string> = {
    [intakeHeader]: of.intake,
    [silencesHeader]: String(fx.view(silenceTurnsView)),
  };
  for (const name of ["content-type", "content-encoding"]) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const { method } = request;
  const sent = { method: method === "HEAD" ? "GET" : method, headers };
  return fx.outposts.pass(outpostName, of.path, of.body ? { ...sent, body: of.body } : sent);
}
