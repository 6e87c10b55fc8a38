import { type Effects, webhookHeaders, webhookSecret } from "#kernel";
import { send } from "../../../platform/mail/contract.ts";
import { tell } from "../../../platform/push/contract.ts";
import * as z from "zod";
import type { Config } from "../config.ts";
import { signUps } from "../contract.ts";
import { filled } from "../render/words.ts";
import { askHook } from "./ask-hook.ts";
import { slackBody } from "./hooks.ts";
import { linkTo, tokenOf } from "./links.ts";
import { everything, type Kind, ofComponent, ofThread, type Subscriber } from "./roster.ts";
import { rosterOf } from "./store.ts";
import { readerWords } from "./words.ts";

const secretBytes = 24;
const addressCharsMax = 1_000;

/** What somebody wants to hear of, of what there is. */
export function wantsOf(given: readonly string[], { components }: Config): string[] {
  const isThere = (what: string): boolean =>
    what === everything ||
    Object.keys(components).some((id) => ofComponent(id) === what) ||
    (what.startsWith("thread:") &&
      ofThread(what.slice(7)) === what &&
      /^[a-z0-9]{12}$/.test(what.slice(7)));
  const wants = given.filter(isThere);
  return wants.includes(everything) || wants.length === 0 ? [everything] : [...new Set(wants)];
}

/** The address as it is kept; undefined where it is none of that kind. */
export function addressOf(kind: Kind, given: string): string | undefined {
  const text = given.trim();
  if (kind === "email") return z.email().max(254).safeParse(text).data;
  if (kind === "push" || text.length > addressCharsMax || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHttp = url.protocol === "https:" || url.protocol === "http:";
  return isHttp && url.username === "" && url.password === "" ? url.href : undefined;
}

const Subscription = z.object({
  endpoint: z.url().max(2_000),
  keys: z.object({ p256dh: z.string().max(200), auth: z.string().max(100) }),
});
/** One browser is written in one way: whatever else its JSON holds would make it another one. */
function subscriptionOf(given: string): string | undefined {
  try {
    const { endpoint, keys } = Subscription.parse(JSON.parse(given));
    const url = new URL(endpoint);
    url.hash = "";
    const { p256dh, auth } = keys;
    return JSON.stringify({ endpoint: url.href, keys: { p256dh, auth } });
  } catch {
    return undefined;
  }
}

const welcomeTtlSeconds = 300;
/** A browser was asked by its own dialogue, and a first note proves that it can be told. False where it cannot. */
export async function signUpBrowser(
  fx: Effects<Config>,
  of: { subscription: string; language: string; wants: readonly string[] },
): Promise<boolean> {
  const { language, wants } = of;
  const subscription = subscriptionOf(of.subscription);
  if (subscription === undefined) return false;
  const id = fx.id();
  const refusal = await fx.order(tell, {
    ...{ id: `welcome-${id}`, subscription, title: fx.config.title.slice(0, 200) },
    ...{ body: readerWords(language).pushWelcome, url: fx.config.url.slice(0, 400) },
    ttlSeconds: welcomeTtlSeconds,
  });
  fx.count(signUps, { kind: "push", outcome: refusal ? "refused" : "asked" });
  if (refusal) return false;
  const one = { id, kind: "push", address: subscription, language, secret: null, wants } as const;
  const { max } = fx.config.subscribe;
  const subscriber = await rosterOf(fx).signUp(one, { now: fx.now, max });
  if (!subscriber) return false;
  if (await rosterOf(fx).confirm(subscriber.id))
    fx.count(signUps, { kind: "push", outcome: "confirmed" });
  return true;
}

/**
 * Asks whoever is at the address whether it was them. Whoever asks for it learns nothing: not whether the address was known,
 * nor whether something went there.
 */
export async function signUp(
  fx: Effects<Config>,
  of: { kind: Kind; address: string; language: string; wants: readonly string[] },
): Promise<void> {
  const { max, address } = fx.config.subscribe;
  if (address === undefined) return;
  const secret = of.kind === "webhook" ? webhookSecret(fx.secret(secretBytes)) : null;
  const subscriber = await rosterOf(fx).signUp(
    { ...of, id: fx.id(), secret },
    { now: fx.now, max },
  );
  fx.count(signUps, { kind: of.kind, outcome: subscriber ? "asked" : "not-again" });
  if (subscriber) await ask(fx, subscriber, address);
}

async function ask(fx: Effects<Config>, subscriber: Subscriber, address: string): Promise<void> {
  const { id, kind, language, state, secret } = subscriber;
  const key = await rosterOf(fx).key(() => fx.secret(32));
  const isKnown = state === "confirmed";
  const link = isKnown
    ? linkTo(address, "mine", tokenOf(key, "mine", id))
    : linkTo(address, "confirm", tokenOf(key, "confirm", id));
  const words = readerWords(language);
  const page = fx.config.title.replaceAll(/\p{Cc}/gu, " ");
  const headline = filled(words.confirmSubject, { page });
  const body = filled(isKnown ? words.knownText : words.confirmText, { page, link });
  if (kind === "email")
    return void (await fx.order(send, {
      ...{ id: `status-page-ask/${id}/${fx.now}`, to: subscriber.address, subject: headline },
      ...{ text: body, purpose: "status-page.confirm" },
    }));
  const message = { headline, body, url: link };
  const json = JSON.stringify({
    type: "status-page.confirm",
    data: { page, url: link, text: body },
  });
  const headers = webhookHeaders(json, { id: `ask-${id}`, at: fx.now, secret: secret ?? "" });
  await askHook(
    fx,
    subscriber.address,
    kind === "slack"
      ? { body: slackBody(message), headers: { "content-type": "application/json" } }
      : { body: json, headers },
  );
}
