import type { Effects, Refusal } from "#kernel";
import type { Config } from "./config.ts";
import type * as z from "zod";
import {
  badSubscription,
  deviceRemoved,
  noDevice,
  type Note,
  notDelivered,
  notes,
  type ToBrowser,
  unknownService,
} from "./contract.ts";
import { type Device, devicesOf, isPoint, isTrusted, Subscription } from "./devices.ts";
import { type Keys, keysOf, sealedAt } from "./keys.ts";
import { payloadOf } from "./payload.ts";
import { receiptOf } from "./receipt.ts";

/** A push service that says nothing for so long has failed. */
const answerWithinMs = 10_000;
const retryAfterMsMax = 900_000;
const topicCharsMax = 32;

/** What one push service said. `isFinal`: the same again cannot help. */
export type Told = {
  device: string;
  outcome: "accepted" | "gone" | "failed";
  why: string;
  isFinal: boolean;
  retryAfterMs?: number;
};

const sealed = (fx: Effects, { position }: Device): Subscription =>
  JSON.parse(sealedAt<{ subscription: string }>(fx, position).subscription);

/** One of a thread takes the place of an earlier one that waits at the push service (RFC 8030 §5.4). */
const topicOf = (thread: string): string =>
  new Bun.CryptoHasher("sha256").update(thread).digest("base64url").slice(0, topicCharsMax);

async function requestFor(
  note: Note,
  to: Subscription,
  of: { device: string; keys: Keys; contact: string },
): Promise<{ url: string; init: RequestInit }> {
  // Only who tells devices pays for the library.
  const { generateRequestDetails } = await import("web-push");
  const { device, keys, contact } = of;
  const receipt = receiptOf(keys.receiptKey, device, note.id);
  const { endpoint, headers, body } = generateRequestDetails(
    to,
    payloadOf(note, { device, receipt }),
    {
      vapidDetails: { subject: contact, publicKey: keys.publicKey, privateKey: keys.privateKey },
      TTL: note.ttlSeconds,
      urgency: note.urgency,
      contentEncoding: "aes128gcm",
      ...(note.thread === undefined ? {} : { topic: topicOf(note.thread) }),
    },
  );
  const { "Content-Length": _itself, ...rest } = headers as Record<string, string>;
  return {
    url: endpoint,
    init: { method: "POST", headers: rest, body: new Uint8Array(body), redirect: "manual" },
  };
}

/** In seconds or as a date. */
function waitOf(header: string | null, now: number): { retryAfterMs?: number } {
  if (header === null) return {};
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return ms > 0 ? { retryAfterMs: Math.min(ms, retryAfterMsMax) } : {};
}

function heard(device: string, service: string, answer: Response, now: number): Told {
  const { status } = answer;
  if (status >= 200 && status < 300) return { device, outcome: "accepted", why: "", isFinal: true };
  // RFC 8030 §7.3: such a subscription never comes back.
  if (status === 404 || status === 410)
    return {
      device,
      outcome: "gone",
      why: `${service} does not know it any longer`,
      isFinal: true,
    };
  const passes = status === 408 || status === 429 || status >= 500;
  const wait = passes ? waitOf(answer.headers.get("retry-after"), now) : {};
  const why = `${service} answered ${status}`;
  return { device, outcome: "failed", why, isFinal: !passes, ...wait };
}

const tell = (fx: Effects<Config>, note: Note, to: Device): Promise<Told> =>
  tellOne(fx, note, { ...to, subscription: () => sealed(fx, to) });

/** A reader's browser has no device here, and whoever keeps its subscription is not this capability. */
export async function tellBrowser(
  { subscription: given, ...note }: z.infer<typeof ToBrowser>,
  fx: Effects<Config>,
): Promise<{ accepted: number } | Refusal> {
  const read = Subscription.safeParse(parsed(given));
  if (!read.success || !isPoint(read.data.keys.p256dh)) return badSubscription();
  const { endpoint, keys } = read.data;
  const { host: service } = new URL(endpoint);
  if (!isTrusted(endpoint, fx.config)) return unknownService(`It is ${service}.`);
  const whole: Note = { ...note, account: "reader", actions: [], isCanary: false };
  const to = { device: "reader", service, subscription: () => ({ endpoint, keys }) };
  const told = await tellOne(fx, whole, to);
  fx.count(notes, { service, outcome: told.outcome });
  if (told.outcome === "accepted") return { accepted: 1 };
  return notDelivered(told.why, { isFinal: told.isFinal, isGone: told.outcome === "gone" });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function tellOne(
  fx: Effects<Config>,
  note: Note,
  to: Pick<Device, "device" | "service"> & { subscription: () => Subscription },
): Promise<Told> {
  const { device, service } = to;
  const failed = (why: string, isFinal: boolean): Told => ({
    device,
    outcome: "failed",
    why,
    isFinal,
  });
  const late = new AbortController();
  try {
    const subscription = to.subscription();
    if (!isTrusted(subscription.endpoint, fx.config))
      return failed(`${service} is not among push.services`, true);
    const of = { device, keys: await keysOf(fx), contact: fx.config.contact };
    const { url, init } = await requestFor(note, subscription, of);
    const asking = fx.net.fetch(url, { ...init, signal: late.signal });
    asking.catch(() => undefined);
    const answer = await Promise.race([asking, fx.sleep(answerWithinMs)]);
    if (answer === undefined) return failed(`${service} said nothing for 10 s`, false);
    void answer.body?.cancel();
    return heard(device, service, answer, fx.now);
  } catch (error) {
    // The endpoint is a secret, and errors of the network may carry it.
    const { code } = error as { code?: unknown };
    const why = typeof code === "string" ? code : "no connection";
    return failed(`${service} cannot be reached (${why})`, false);
  } finally {
    late.abort();
  }
}

/** Tells these devices, all at once. One whose push service does not know it any longer is forgotten. */
export async function tellAll(
  fx: Effects<Config>,
  note: Note,
  to: readonly Device[],
): Promise<Told[]> {
  return await Promise.all(
    to.map(async (each) => {
      const told = await tell(fx, note, each);
      fx.count(notes, { service: each.service, outcome: told.outcome });
      if (told.outcome === "gone")
        await fx.record(
          `devices/${each.device}`,
          [deviceRemoved({ device: each.device, why: "gone" })],
          { id: `push.gone/${each.device}` },
        );
      return told;
    }),
  );
}

/** Done once one push service took it. */
export async function deliver(
  note: Note,
  fx: Effects<Config>,
): Promise<{ accepted: number } | Refusal> {
  const to = devicesOf(fx, note.account);
  if (to.length === 0) return noDevice("This account has no device that may be told.");
  const told = await tellAll(fx, note, to);
  const accepted = told.filter(({ outcome }) => outcome === "accepted").length;
  if (accepted > 0) return { accepted };
  const waits = told.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return notDelivered(told.map(({ why }) => why).join("; "), {
    isFinal: told.every(({ isFinal }) => isFinal),
    ...(waits.length === 0 ? {} : { retryAfterMs: Math.min(...waits) }),
  });
}
