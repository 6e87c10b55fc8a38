import { type Effects, route, type Route, sameSecret } from "#kernel";
import * as z from "zod";
import { configNow } from "../chosen/chosen.ts";
import type { Config } from "../config.ts";
import { perform, personAt } from "../deeds.ts";
import { readJson } from "../channel/ask.ts";
import { json, refuse, signedBody, tapOf } from "./signed.ts";

/** Slack: what is older may be somebody's recording. */
const signedWithinS = 300;

const Tap = z.object({
  user: z.object({ id: z.string().max(60), username: z.string().max(100).optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});

function isSigned(request: Request, body: string, secret: string, now: number): boolean {
  const seconds = Number(request.headers.get("x-slack-request-timestamp"));
  if (!(Math.abs(now / 1_000 - seconds) <= signedWithinS)) return false;
  const mac = new Bun.CryptoHasher("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
  return sameSecret(request.headers.get("x-slack-signature") ?? "", `v0=${mac}`);
}

/** Buttons in Slack. It wants an answer within three seconds, and asks again without one: twice is as once. */
export const slackRoute: Route = route("POST", "/in/slack", {
  about: "What people tap in Slack.",
  allow: "public",
  serve: async (request, fx: Effects<Config>) => {
    const { signingSecret } = fx.config.slack;
    const body = await signedBody(request);
    if (body === undefined || signingSecret === undefined) return refuse();
    if (!isSigned(request, body, signingSecret, fx.now)) return refuse();
    const tap = Tap.safeParse(readJson(new URLSearchParams(body).get("payload") ?? ""));
    if (!tap.success) return json(400, { error: "This is no tap on a button." });
    const { user, actions } = tap.data;
    const [first] = actions;
    const done = tapOf(`${first?.action_id}:${first?.value ?? ""}`);
    // A button that only opens a link is told here too, and wants nothing.
    const isAgain = request.headers.has("x-slack-retry-num") && done?.deed === "escalate";
    if (!done || isAgain) return new Response(null, { status: 200 });
    const { person, channel } = personAt(
      configNow(fx),
      (to) => to.kind === "slack" && to.to === user.id,
      `slack:${user.username ?? user.id}`,
    );
    await perform(fx, { ...done, by: person, via: channel });
    return new Response(null, { status: 200 });
  },
});
