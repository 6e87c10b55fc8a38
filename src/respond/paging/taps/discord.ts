import { type Effects, route, type Route } from "#kernel";
import * as z from "zod";
import { readJson } from "../channel/ask.ts";
import { configNow } from "../chosen/chosen.ts";
import type { Config } from "../config.ts";
import { perform, personAt } from "../deeds.ts";
import { json, refuse, signedBody, tapOf } from "./signed.ts";

const User = z.object({ id: z.string().max(60), username: z.string().max(100) });
const Interaction = z.object({
  type: z.number(),
  data: z.object({ custom_id: z.string() }).optional(),
  user: User.optional(),
  member: z.object({ user: User }).optional(),
});
// discord.com/developers/docs/interactions: types of what comes and of what is answered.
const [ping, component, pong, reply] = [1, 3, 1, 4];
const onlyForThem = 64;

async function isSigned(request: Request, body: string, publicKey: string): Promise<boolean> {
  const signature = request.headers.get("x-signature-ed25519") ?? "";
  const at = request.headers.get("x-signature-timestamp") ?? "";
  if (!/^[0-9a-f]{128}$/i.test(signature)) return false;
  const key = await crypto.subtle.importKey(
    "raw",
    Buffer.from(publicKey, "hex"),
    "Ed25519",
    false,
    ["verify"],
  );
  const signed = Buffer.from(at + body);
  return await crypto.subtle.verify("Ed25519", key, Buffer.from(signature, "hex"), signed);
}

/** Buttons in Discord; its first question is whether signatures are looked at. */
export const discordRoute: Route = route("POST", "/in/discord", {
  about: "What people tap in Discord.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const { publicKey } = fx.config.discord;
    const body = await signedBody(request);
    if (body === undefined || publicKey === undefined) return refuse();
    if (!(await isSigned(request, body, publicKey))) return refuse();
    const said = Interaction.safeParse(readJson(body));
    if (!said.success) return json(400, { error: "This is no interaction." });
    const { type, data, user = said.data.member?.user } = said.data;
    if (type === ping) return json(200, { type: pong });
    const tap = type === component ? tapOf(data?.custom_id) : undefined;
    if (!tap || !user) return json(400, { error: "This is no tap on a button." });
    const { person, channel } = personAt(
      configNow(fx),
      (to) => to.kind === "discord" && to.user === user.id,
      `discord:${user.username}`,
    );
    const content = await perform(fx, { ...tap, by: person, via: channel });
    return json(200, { type: reply, data: { content, flags: onlyForThem } });
  },
});
