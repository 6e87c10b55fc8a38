import {
  type Auth,
  type Effects,
  GivenName,
  type Read,
  type Refusal,
  view,
  type View,
  type Actor,
} from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import {
  badSubscription,
  deviceAdded,
  deviceRemoved,
  keysMade,
  notAPerson,
  shown,
  tooManyDevices,
  unknownDevice,
  unknownService,
} from "./contract.ts";

const devicesMax = 10;

/** Without its subscription, which is sealed in the log at `position`. */
export type Device = {
  device: string;
  person: string;
  name: string;
  service: string;
  digest: string;
  addedAt: number;
  shownAt: number | null;
  position: number;
};
type Known = {
  devices: Record<string, Device>;
  keys: { publicKey: string; position: number } | null;
};

export const known: View<Known> = view<
  Known,
  typeof deviceAdded | typeof deviceRemoved | typeof keysMade | typeof shown
>("push.known", {
  from: [deviceAdded, deviceRemoved, keysMade, shown],
  empty: () => ({ devices: {}, keys: null }),
  apply: (now, { event, at, position }) => {
    if (event.type === "push.device-added") {
      const { subscription: _sealed, ...device } = event.data;
      now.devices[device.device] = { ...device, addedAt: at, shownAt: null, position };
    } else if (event.type === "push.device-removed") delete now.devices[event.data.device];
    else if (event.type === "push.keys-made")
      now.keys = { publicKey: event.data.publicKey, position };
    else {
      const device = now.devices[event.data.device];
      if (device) device.shownAt = at;
    }
    return now;
  },
});

/** Base64 for addresses, of so many bytes (RFC 8291 §3.1: an uncompressed point of P-256, and 16 bytes of chance). */
const bytes = (count: number): z.ZodString =>
  z.string().regex(new RegExp(`^[\\w-]{${Math.ceil((count * 4) / 3)}}=*$`));
export const Subscription = z.object({
  endpoint: z.url().max(2_000),
  keys: z.object({ p256dh: bytes(65), auth: bytes(16) }),
});
export type Subscription = z.infer<typeof Subscription>;

export const Add = z
  .object({
    name: GivenName.describe("What its owner calls it."),
    subscription: Subscription.describe("What the browser gave (PushSubscription.toJSON())."),
  })
  .strict();

/** Castor asks only push services that the configuration names: anybody who signs in may name an endpoint. */
export function isTrusted(endpoint: string, { services }: Config): boolean {
  const { protocol, hostname, host } = new URL(endpoint);
  return services.some((each) => {
    const [scheme = "", name = ""] = each.split("://");
    if (`${scheme}:` !== protocol) return false;
    return name.startsWith("*.")
      ? hostname.endsWith(name.slice(1)) && host === hostname
      : name === host;
  });
}

const personOf = (fx: Effects): string | undefined =>
  fx.actor.kind === "person" ? fx.actor.id : undefined;

export const isPoint = (p256dh: string): boolean => Buffer.from(p256dh, "base64url")[0] === 4;

/** A browser's subscription is one device: added again it stays, and who signs in there now is told there. */
export async function add(
  { name, subscription }: z.infer<typeof Add>,
  fx: Effects<Config>,
): Promise<{ device: string } | Refusal> {
  const person = personOf(fx);
  if (person === undefined) return notAPerson("Sign in in the browser that is to be told.");
  const { endpoint, keys } = subscription;
  if (!isTrusted(endpoint, fx.config)) return unknownService(`It is ${new URL(endpoint).host}.`);
  if (!isPoint(keys.p256dh)) return badSubscription("`p256dh` is no point of P-256.");
  const sealed = JSON.stringify({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } });
  const digest = new Bun.CryptoHasher("sha256").update(sealed).digest("hex");
  const all = Object.values(fx.view(known).devices);
  const same = all.filter((each) => each.digest === digest);
  const mine = same.find((each) => each.person === person);
  if (mine) return { device: mine.device };
  if (all.filter((each) => each.person === person).length >= devicesMax)
    return tooManyDevices(`At most ${devicesMax}; remove one that is not used any more.`);
  const device = fx.id();
  const { host: service } = new URL(endpoint);
  await fx.record(`devices/${device}`, [
    ...same.map((each) => deviceRemoved({ device: each.device, why: "moved" })),
    deviceAdded({ device, person, name, service, digest, subscription: sealed }),
  ]);
  return { device };
}

/** One's own, or anybody's for an admin. */
/** Somebody else's device, which only an admin takes away. */
export function otherDevice(
  { device }: { device: string },
  read: Pick<Read, "view" | "equipment">,
  by: Actor,
): string | undefined {
  const found = read.view(known).devices[device];
  const isAdmin = read.equipment<Auth>("auth").roleOf(by) === "admin";
  return found && found.person !== by.id && isAdmin ? found.name : undefined;
}

export async function remove(
  { device }: { device: string },
  fx: Effects<Config>,
): Promise<{ done: true } | Refusal> {
  const found = fx.view(known).devices[device];
  const isAdmin = fx.equipment<Auth>("auth").roleOf(fx.actor) === "admin";
  if (!found || (found.person !== personOf(fx) && !isAdmin)) return unknownDevice();
  await fx.record(`devices/${device}`, [deviceRemoved({ device, why: "asked" })]);
  return { done: true };
}

/** Whoever was removed or erased is told nothing any more. */
export async function forget(person: string, fx: Effects<Config>): Promise<void> {
  for (const { device, person: owner } of Object.values(fx.view(known).devices))
    if (owner === person)
      await fx.record(`devices/${device}`, [deviceRemoved({ device, why: "person-left" })]);
}

/** The devices of an account, by its id or its e-mail; nobody's where there is no such account. */
export function devicesOf(read: Pick<Read, "view" | "equipment">, account: string): Device[] {
  const { people } = read.equipment<Auth>("auth");
  const wanted = account.toLowerCase();
  const person =
    people.find(account)?.id ??
    people.list().find(({ email }) => email.toLowerCase() === wanted)?.id;
  return Object.values(read.view(known).devices).filter((each) => each.person === person);
}
