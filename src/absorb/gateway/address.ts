import * as z from "zod";

/** Where to listen. */
export const Address = z
  .string()
  .regex(
    /^(\[[0-9a-f:]+\]|[^:\s]*):\d{1,5}$/i,
    'Write an address such as "127.0.0.1:8080" or ":8080" for every interface',
  )
  .refine((text) => Number(text.split(":").at(-1)) <= 65_535, "A port is at most 65535");

/** Which requests are meant, by the host that they name. */
export const Host = z
  .string()
  .regex(/^(\*\.)?[a-z0-9.-]+$/i, 'Write a host such as "shop.example" or "*.shop.example"');

export type Place = { host: string; port: number };

export function placeOf(address: string): Place {
  const colon = address.lastIndexOf(":");
  return {
    host: address.slice(0, colon).replaceAll(/[[\]]/g, "") || "0.0.0.0",
    port: Number(address.slice(colon + 1)),
  };
}

export const nameOf = ({ host, port }: Place): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** One or several are always several. */
export const list = <T>(one: T | readonly T[] | undefined): T[] =>
  one === undefined ? [] : Array.isArray(one) ? [...one] : [one as T];
