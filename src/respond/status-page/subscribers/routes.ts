import {
  BodyRefused,
  type Effects,
  networkOf,
  type Refusal,
  readBytes,
  route,
  perCastor,
} from "#kernel";
import { cancel } from "../../../platform/mail/contract.ts";
import { prepare, publicKey } from "../../../platform/push/contract.ts";
import type { Config } from "../config.ts";
import { notFound, signUps } from "../contract.ts";
import { subscriberKinds } from "./config.ts";
import { holderOf, linkTo, type Purpose, tokenOf } from "./links.ts";
import { asks, minePage, says, type Shown } from "./pages.ts";
import { Rate } from "./rate.ts";
import type { Kind, Roster, Subscriber } from "./roster.ts";
import { addressOf, signUp, signUpBrowser, wantsOf } from "./sign-up.ts";
import { rosterOf } from "./store.ts";
import { letterId } from "./tell.ts";

const formBytesMax = 16_384;
const rateOf = perCastor(() => new Rate());

const isOff = ({ subscribe }: Config): boolean => subscribe.address === undefined;
const off = (): Refusal =>
  notFound("Nobody can subscribe: status-page.subscribe.address is not set.");
const isKind = (kind: string): kind is Kind =>
  (subscriberKinds as readonly string[]).includes(kind);

async function formOf(request: Request): Promise<URLSearchParams> {
  try {
    return new URLSearchParams(new TextDecoder().decode(await readBytes(request, formBytesMax)));
  } catch (error) {
    if (error instanceof BodyRefused) return new URLSearchParams();
    throw error;
  }
}

const languageOf = (asked: string | null, { languages }: Config): string =>
  languages.find((each) => each === asked) ?? languages[0] ?? "en";

async function takeSignUp(
  request: Request,
  fx: Effects<Config>,
  _caller: unknown,
  from: string,
): Promise<Response | Refusal> {
  const { config } = fx;
  if (isOff(config)) return off();
  const form = await formOf(request);
  const shown = { config, language: languageOf(form.get("language"), config) };
  const kind = form.get("kind") ?? "";
  if (rateOf(fx).isTooOften(networkOf(from), fx.now))
    return says(shown, { title: "tooMany", status: 429 });
  if (!isKind(kind) || !config.subscribe.kinds.includes(kind))
    return says(shown, { title: "wrong", status: 422 });
  if (kind === "push") return await takeBrowser(form, shown, fx);
  const address = addressOf(kind, form.get("address") ?? "");
  if (address === undefined) return says(shown, { title: "wrong", status: 422 });
  const wants = wantsOf(form.getAll("what"), config);
  // Not waited for: how long it takes would tell whether the address is known.
  signUp(fx, { kind, address, wants, language: shown.language }).catch((error: unknown) => {
    if (!fx.signal.aborted) fx.note(`Nobody could be asked: ${(error as Error).name}`);
  });
  return says(shown, { title: "asked" });
}

/** The page asks by script from wherever it lives, so it may read the answer. */
const anywhere = { "access-control-allow-origin": "*", "cache-control": "no-store" };
const subscriptionCharsMax = 4_000;

async function takeBrowser(
  form: URLSearchParams,
  { config, language }: Shown,
  fx: Effects<Config>,
): Promise<Response> {
  const subscription = form.get("address") ?? "";
  const isFine = subscription.length <= subscriptionCharsMax;
  const wants = wantsOf(form.getAll("what"), config);
  const isTold = isFine && (await signUpBrowser(fx, { subscription, language, wants }));
  return Response.json({ done: isTold }, { status: isTold ? 200 : 422, headers: anywhere });
}

async function servePushKey(_request: Request, fx: Effects<Config>): Promise<Response | Refusal> {
  const { subscribe } = fx.config;
  if (isOff(fx.config) || !subscribe.kinds.includes("push")) return off();
  const refusal = await fx.order(prepare, {});
  return refusal ?? Response.json(await fx.ask(publicKey, {}), { headers: anywhere });
}

type Opened = { subscriber: Subscriber; shown: Shown; roster: Roster };
/** Whose link that is; a page that says so where it is nobody's. */
async function opened(
  request: Request,
  fx: Effects<Config>,
  purpose: Purpose,
): Promise<Opened | Response | Refusal> {
  const { config } = fx;
  if (isOff(config)) return off();
  const roster = rosterOf(fx);
  const token = /([^/]+)\/?$/.exec(new URL(request.url).pathname)?.[1] ?? "";
  const id = holderOf(await roster.key(() => fx.secret(32)), purpose, token);
  const subscriber = id === undefined ? undefined : roster.get(id);
  const language = languageOf(subscriber?.language ?? null, config);
  const shown = { config, language };
  return subscriber ? { subscriber, shown, roster } : says(shown, { title: "gone", status: 404 });
}
const isOpened = <T extends object>(found: T | Response | Refusal): found is T =>
  !(found instanceof Response) && !("refused" in found);

/** Forgets somebody, and takes back what still waits in the outbox. */
export async function forget(fx: Effects<Config>, { id, kind }: Subscriber): Promise<boolean> {
  const posts = await rosterOf(fx).remove(id);
  if (posts === undefined) return false;
  if (kind === "email")
    for (const post of posts) await fx.order(cancel, { id: letterId(post, id) });
  fx.count(signUps, { kind, outcome: "ended" });
  return true;
}

/** What they are told. Its form leads to their own link, also from the page after a yes, whose link does nothing else. */
async function mineOf(
  fx: Effects<Config>,
  { subscriber, shown, roster }: Opened,
  title: "mine" | "saved" | "confirmed",
): Promise<Response> {
  const token = tokenOf(await roster.key(() => fx.secret(32)), "mine", subscriber.id);
  const { pathname: action } = new URL(linkTo(fx.config.subscribe.address ?? "", "mine", token));
  return minePage(shown, { subscriber, wants: roster.wants(subscriber.id), action, title });
}

async function serveConfirm(request: Request, fx: Effects<Config>): Promise<Response | Refusal> {
  const found = await opened(request, fx, "confirm");
  if (!isOpened(found)) return found;
  const { subscriber, shown, roster } = found;
  if (request.method !== "POST") return asks(shown, "confirm");
  if (await roster.confirm(subscriber.id))
    fx.count(signUps, { kind: subscriber.kind, outcome: "confirmed" });
  return await mineOf(fx, found, "confirmed");
}

/** RFC 8058: a POST ends it at once, whatever it carries; a GET only asks. */
async function serveStop(request: Request, fx: Effects<Config>): Promise<Response | Refusal> {
  const found = await opened(request, fx, "mine");
  if (!isOpened(found)) return found;
  if (request.method !== "POST") return asks(found.shown, "stop");
  await forget(fx, found.subscriber);
  return says(found.shown, { title: "stopped" });
}

async function serveMine(request: Request, fx: Effects<Config>): Promise<Response | Refusal> {
  const found = await opened(request, fx, "mine");
  if (!isOpened(found)) return found;
  const { subscriber, shown, roster } = found;
  if (request.method !== "POST") return await mineOf(fx, found, "mine");
  const form = await formOf(request);
  if (form.get("do") === "stop") {
    await forget(fx, subscriber);
    return says(shown, { title: "stopped" });
  }
  await roster.choose(subscriber.id, wantsOf(form.getAll("what"), shown.config));
  return await mineOf(fx, found, "saved");
}

const both = (
  path: string,
  about: string,
  serve: (request: Request, fx: Effects<Config>) => Promise<Response | Refusal>,
) =>
  (["GET", "POST"] as const).map((method) =>
    route<Config>(method, path, { about, serve, allow: "public" }),
  );

/** Public: each but the first asks for a link that only its receiver has. */
export const subscriberRoutes = [
  route<Config>("POST", "/status/subscribe", {
    ...{ about: "Takes the form of somebody who wants to be told.", allow: "public" },
    serve: takeSignUp,
  }),
  route<Config>("GET", "/status/push-key", {
    ...{ about: "The public key that a reader's browser subscribes for.", allow: "public" },
    serve: servePushKey,
  }),
  ...both("/status/confirm/*", "Whoever was asked says that it was them.", serveConfirm),
  ...both("/status/mine/*", "What one subscriber is told.", serveMine),
  ...both("/status/stop/*", "Ends what one subscriber is told.", serveStop),
];
