import { latin1 } from "../bytes.ts";
import { field } from "../field.ts";
import { allValues } from "../forwarding.ts";
import type { RequestHead } from "../request-head.ts";

/** Under `castor.`, so that no instance ever sees it. */
export const cookieName = (room: string): string => `castor.room.${room}`;

/** The value of the first cookie of this name. */
export function cookieOf(head: RequestHead, bytes: Buffer, name: string): string | undefined {
  for (const value of allValues(head, bytes, field.cookie))
    for (const each of value.split(";")) {
      const cookie = each.trimStart();
      if (cookie.startsWith(name) && cookie[name.length] === "=")
        return cookie.slice(name.length + 1).trimEnd();
    }
  return undefined;
}

/** The line that gives a browser its pass, or takes it away with an age of 0. */
export function cookieLine(of: {
  name: string;
  value: string;
  ageMs: number;
  isSecure: boolean;
  domain: string | undefined;
}): Buffer {
  const parts = [
    `${of.name}=${of.value}`,
    "Path=/",
    `Max-Age=${Math.ceil(of.ageMs / 1_000)}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(of.isSecure ? ["Secure"] : []),
    ...(of.domain === undefined ? [] : [`Domain=${of.domain}`]),
  ];
  return latin1(`Set-Cookie: ${parts.join("; ")}\r\n`);
}
