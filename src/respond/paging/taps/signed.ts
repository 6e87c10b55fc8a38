import { BodyRefused, readBytes, Room } from "#kernel";
import { type Deed, deeds } from "../channel/message.ts";

const bodyBytesMax = 100_000;
/** Bodies that are being read, together. */
const room = new Room(2_000_000);

/** A tap's body as it was signed; undefined where it is too large. */
export async function signedBody(request: Request): Promise<string | undefined> {
  const share = room.share();
  try {
    return Buffer.from(await readBytes(request, bodyBytesMax, share)).toString();
  } catch (error) {
    if (error instanceof BodyRefused) return undefined;
    throw error;
  } finally {
    share.giveBack();
  }
}

/** "acknowledge:page", as buttons carry it. */
export function tapOf(text: unknown): { deed: Deed; page: string } | undefined {
  const [, name, page] =
    /^([a-z]+):([\w-]{1,60})$/.exec(typeof text === "string" ? text : "") ?? [];
  const deed = deeds.find((each) => each === name);
  return deed && page !== undefined ? { deed, page } : undefined;
}

export const json = (status: number, body: object): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
export const refuse = (): Response => json(401, { error: "The signature is wrong." });
