import { timingSafeEqual } from "node:crypto";
import { findGood, type Good } from "./goods.ts";

/** How many of each good, by id. */
export type Cart = Readonly<Record<string, number>>;

export const cookieName = "cart";
export const countMax = 99;
const cookieSecondsMax = 14 * 24 * 3600;
// An example's key, the same in every instance; a real shop sets SHOP_SECRET.
const secret = process.env["SHOP_SECRET"] ?? "an example keeps no secrets";

const sign = (payload: string): string =>
  new Bun.CryptoHasher("sha256", secret).update(payload).digest("base64url");

/** The cart as a signed cookie, so that any instance can go on where another stopped. */
export function cartCookie(cart: Cart): string {
  const payload = Buffer.from(JSON.stringify(cart)).toString("base64url");
  const empty = Object.keys(cart).length === 0;
  const value = empty ? "" : `${payload}.${sign(payload)}`;
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${empty ? 0 : cookieSecondsMax}`;
}

/** Reads the cart from a Cookie header; a cookie that is missing or was tampered with is an empty cart. */
export function readCart(cookieHeader: string | null): Cart {
  const value = new Bun.CookieMap(cookieHeader ?? "").get(cookieName) ?? "";
  const [payload = "", signature = ""] = value.split(".");
  const right = Buffer.from(sign(payload));
  const given = Buffer.from(signature);
  if (right.length !== given.length || !timingSafeEqual(right, given)) return {};
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

/** The cart with so many of one good; none takes it out. */
export function withCount(cart: Cart, id: string, count: number): Cart {
  const { [id]: _, ...others } = cart;
  const whole = Math.min(countMax, Math.max(0, Math.trunc(count) || 0));
  return whole === 0 || !findGood(id) ? others : { ...others, [id]: whole };
}

export type CartLine = { good: Good; count: number };

export const linesOf = (cart: Cart): CartLine[] =>
  Object.entries(cart).flatMap(([id, count]) => {
    const good = findGood(id);
    return good ? [{ good, count }] : [];
  });

export const totalOf = (cart: Cart): number =>
  linesOf(cart).reduce((sum, { good, count }) => sum + good.cents * count, 0);

export const countOf = (cart: Cart): number =>
  Object.values(cart).reduce((sum, count) => sum + count, 0);
