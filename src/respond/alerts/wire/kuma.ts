import type { Millis } from "#kernel";
import type { Incoming } from "../intake/incoming.ts";
import { recordOf, said, textOf, type Understood, untilSaidMs } from "./read.ts";

const down = 0;
const up = 1;

/**
 * Uptime Kuma's webhook. Only 0 opens and 1 ends; 2 (pending) and 3 (maintenance) say nothing yet. Without a heartbeat it is a
 * certificate or domain that will expire: worth knowing, never a page; or a test.
 */
export function readKuma(body: unknown, now: Millis): Understood | string {
  const sent = recordOf(body);
  if (!sent) return "The body is no object.";
  const beat = recordOf(sent["heartbeat"]);
  const monitor = recordOf(sent["monitor"]);
  if (!beat || !monitor) return withoutBeat(textOf(sent["msg"]) ?? "", now);
  const { status } = beat;
  if (status !== down && status !== up) return { alerts: [], tests: 0 };
  const name = textOf(monitor["name"]) ?? "a monitor";
  const key = textOf(monitor["id"]) ?? textOf(beat["monitorID"]) ?? name;
  return {
    alerts: [
      {
        labels: said({ alertname: "Down", severity: "critical", monitor: name, dedup_key: key }),
        annotations: said({
          summary: `${name} is ${status === down ? "down" : "up"}`,
          description: textOf(beat["msg"]) ?? textOf(sent["msg"]),
          url: textOf(monitor["url"]),
        }),
        // Without a zone, but always UTC.
        startsAt: status === down ? timeOfBeat(beat["time"], now) : undefined,
        endsAt: status === down ? now + untilSaidMs : now,
      },
    ],
    tests: 0,
  };
}

function withoutBeat(message: string, now: Millis): Understood {
  const expires = expiryIn(message, now);
  return expires ? { alerts: [expires], tests: 0 } : { alerts: [], tests: 1 };
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
