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

export const Network = z
  .string()
  .refine((text) => isNetwork(text), 'Write an address or a range such as "10.0.0.0/8"');

/** Where visitors come in: an address, or one where a load balancer in front says whom it speaks for. */
export const Door = z.union([
  Address,
  z
    .object({
      address: Address.describe("Where to listen."),
      proxyProtocol: z
        .union([
          z.literal(true),
          z
            .object({ from: z.array(Network).min(1).describe("Addresses or ranges of balancers.") })
            .strict(),
        ])
        .optional()
        .describe(
          "Each connection must begin with the PROXY protocol (version 1 or 2), from these addresses only; `true` means those of `gateway.trustedProxies`.",
        ),
    })
    .strict(),
]);
export type Door = z.infer<typeof Door>;

export type Place = { host: string; port: number };
export type DoorPlace = Place & { proxyProtocolFrom?: string[] };

/** Where a door is; `trusted` are the balancers whom a bare `proxyProtocol: true` means. */
export function doorPlaceOf(door: Door, trusted: readonly string[]): DoorPlace {
  if (typeof door === "string") return placeOf(door);
  const { address, proxyProtocol } = door;
  if (proxyProtocol === undefined) return placeOf(address);
  return {
    ...placeOf(address),
    proxyProtocolFrom: proxyProtocol === true ? [...trusted] : proxyProtocol.from,
  };
}

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

function isNetwork(text: string): boolean {
  const [address = "", length, ...rest] = text.split("/");
  const isV6 = address.includes(":");
  if (!z.union([z.ipv4(), z.ipv6()]).safeParse(address).success || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (isV6 ? 128 : 32));
}
