import { type Effects, route, type Route, sameSecret } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { shown } from "./contract.ts";
import { known } from "./devices.ts";
import { keysOf } from "./keys.ts";

const bodyBytesMax = 2_000;

/** Proves that a note went to this device: only what was sent there knows it. */
export const receiptOf = (key: string, device: string, id: string): string =>
  new Bun.CryptoHasher("sha256", key).update(`${device}\n${id}`).digest("base64url");

const Told = z.object({
  id: z.string().max(200),
  device: z.string().max(100),
  receipt: z.string().max(100),
  what: z.enum(["shown", "tapped"]),
});

/** Where a device says what it showed. It may have been signed out meanwhile, so what it was sent is its word. */
export const receiptRoute: Route = route("POST", "/in/push/receipt", {
  about: "A device says that it showed a note, with the receipt that came in it.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const no = (): Response => new Response(null, { status: 404 });
    if (Number(request.headers.get("content-length") ?? Infinity) > bodyBytesMax) return no();
    const told = Told.safeParse(await request.json().catch(() => undefined));
    if (!told.success || fx.view(known).keys === null) return no();
    const { id, device, receipt, what } = told.data;
    const { receiptKey } = await keysOf(fx);
    if (!sameSecret(receipt, receiptOf(receiptKey, device, id))) return no();
    if (fx.view(known).devices[device] === undefined) return no();
    await fx.record(`devices/${device}`, [shown({ id, device, what })], {
      id: `push.shown/${device}/${id}/${what}`,
    });
    return new Response(null, { status: 204 });
  },
});
