import type { Millis } from "#kernel";
import type { Incoming } from "../intake/incoming.ts";
import { type Json, recordOf, said, textOf, type Understood, untilSaidMs } from "./read.ts";

const down = "0";
const up = "1";

/**
 * Uptime Kuma's webhook. Only 0 opens and 1 ends; 2 (pending) and 3 (maintenance) say nothing yet. Without a heartbeat it is a
 * certificate or domain that will expire: worth knowing, never a page; or a test; or a body that somebody wrote in Kuma.
 */
export function readKuma(body: unknown, now: Millis): Understood | string {
  const sent = recordOf(body);
  if (!sent) return "The body is no object.";
  const beat = recordOf(sent["heartbeat"]);
  if (!beat) return withoutBeat(sent, now);
  const monitor = recordOf(sent["monitor"]) ?? {};
  const message = textOf(sent["msg"]);
  const status = textOf(beat["status"]);
  if (status !== down && status !== up) return { alerts: [], tests: 0 };
  const name = textOf(monitor["name"]) ?? saidIn(message ?? "")?.name ?? "a monitor";
  const alert = alertOf(name, status === down, now);
  const key = textOf(monitor["id"]) ?? textOf(beat["monitorID"]) ?? name;
  return {
    alerts: [
      {
        ...alert,
        labels: { ...alert.labels, dedup_key: key.slice(0, 255) },
        annotations: said({
          ...alert.annotations,
          description: textOf(beat["msg"]) ?? message,
          url: textOf(monitor["url"]),
        }),
        // Without a zone, but always UTC.
        startsAt: status === down ? timeOfBeat(beat["time"], now) : undefined,
      },
    ],
    tests: 0,
  };
}

const alertOf = (monitor: string, isDown: boolean, now: Millis): Incoming => ({
  labels: said({ alertname: "Down", severity: "critical", monitor, dedup_key: monitor }),
  annotations: { summary: `${monitor} is ${isDown ? "down" : "up"}` },
  endsAt: isDown ? now + untilSaidMs : now,
});

/** A body of one's own (Liquid) holds what Kuma says in words: `[Shop] [🔴 Down] timeout`. */
function withoutBeat(sent: Json, now: Millis): Understood | string {
  const texts = Object.values(sent).flatMap((each) => textOf(each)?.slice(0, 1_000) ?? []);
  for (const text of texts) {
    const words = saidIn(text);
    const expires = expiryIn(text, now);
    if (words) {
      const alert = alertOf(words.name, words.isDown, now);
      const annotations = { ...alert.annotations, description: text };
      return { alerts: [{ ...alert, annotations }], tests: 0 };
    }
    if (expires) return { alerts: [expires], tests: 0 };
  }
  if (Object.hasOwn(sent, "msg") || texts.some((text) => text.endsWith(" Testing")))
    return { alerts: [], tests: 1 };
  return "There is no `heartbeat`, and no text such as `[Shop] [🔴 Down]`; for a body of your own use the format generic.";
}

function saidIn(message: string): { name: string; isDown: boolean } | undefined {
  const [, name, word] = /^\[(.{1,200}?)\] \[[^\]\w]{0,8}(Down|Up)\]/u.exec(message) ?? [];
  return name === undefined ? undefined : { name, isDown: word === "Down" };
}

/** Kuma says it 21, 14 and 7 days before, and nothing once it is renewed: it stands for a day each time. */
const expiryShownMs = 86_400_000;

/** `[Shop][https://shop.example] server certificate shop.example will expire in 7 days` */
function expiryIn(message: string, now: Millis): Incoming | undefined {
  const [, what, days] =
    /^(.{0,400}(?:certificate|domain)\b.{0,400}?) will (?:expire|be expired) in (\d{1,4}) days?/is.exec(
      message.slice(0, 1_000),
    ) ?? [];
  if (what === undefined || days === undefined) return undefined;
  return {
    labels: {
      alertname: "ExpiresSoon",
      severity: "info",
      dedup_key: `expiry ${what}`.slice(0, 255),
    },
    annotations: { summary: message.slice(0, 1_000), days },
    endsAt: now + expiryShownMs,
  };
}

function timeOfBeat(value: unknown, now: Millis): Millis | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const at = Date.parse(`${text.replace(" ", "T")}Z`);
  return Number.isNaN(at) || at > now ? undefined : at;
}

/** Kuma sends JSON, or a form with the JSON in its field `data`. */
export function kumaBody(text: string, type: string): unknown {
  if (type.includes("application/json")) return JSON.parse(text);
  const inForm = /name="data"[^\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([\s\S]*?)\r?\n--/.exec(text)?.[1];
  return JSON.parse(inForm ?? new URLSearchParams(text).get("data") ?? text);
}
