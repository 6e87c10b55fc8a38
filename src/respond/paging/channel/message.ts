import type { Millis } from "#kernel";
import type { Severity } from "../../alerts/contract.ts";

/** What may be done from a message with one tap. */
export const deeds = ["acknowledge", "escalate", "silence"] as const;
export type Deed = (typeof deeds)[number];

/** `url` is signed and bound to this page, person and deed: GET shows, POST does. */
export type Button = { deed: Deed; label: string; url: string };

/** What is told to one person over one channel; each channel gives it the form it can. */
export type Message = {
  /** The idempotency key: the same each time this message is sent again. */
  id: string;
  /** `call` wakes somebody; `update` says what became of it; `digest` stands for many; `canary` proves the way, silently. */
  kind: "call" | "update" | "digest" | "test" | "canary";
  /** One problem is one thread: all messages about it carry this, 1 to 64 letters, digits and dashes. */
  thread: string;
  /** For whom, by the name that rotations use. */
  person: string;
  title: string;
  lines: readonly string[];
  severity: Severity;
  state: "triggered" | "acknowledged" | "resolved";
  at: Millis;
  /** Worth no sound. */
  isQuiet: boolean;
  /** It was sent before, and nobody knows whether it arrived. */
  isMaybeDuplicate: boolean;
  /** The page to look at; undefined where nothing can be reached. */
  url: string | undefined;
  buttons: readonly Button[];
  /** Where to say that it was noise, once somebody has seen to it. */
  noiseUrl?: string | undefined;
  /** Of which page, for channels whose own buttons are signed by their service; undefined where there is none. */
  page: string | undefined;
  /** Where the thread began on this channel: the `ref` that it gave for the first message. */
  first: string | undefined;
};

/** What the link to `noiseUrl` is called. */
export const noiseLabel = "It was noise because…";

const severityWords: Readonly<Record<Severity, string>> = {
  critical: "CRITICAL",
  error: "ERROR",
  warning: "WARNING",
  info: "INFO",
};

/** One line that says what it is about, the same on all channels. */
export function headlineOf({ kind, state, severity, title, isMaybeDuplicate }: Message): string {
  const what =
    kind === "test" || kind === "canary"
      ? "TEST"
      : state === "triggered"
        ? severityWords[severity]
        : state.toUpperCase();
  return `${what}: ${title}${isMaybeDuplicate ? " (maybe sent before)" : ""}`;
}

/** Characters that steer a terminal or turn text around have no place on a phone. */
const steering = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;
export const plain = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.replace(steering, " ").trimEnd())
    .join("\n");

/** Shortened to so many UTF-16 units, which no far side counts as more characters, between characters. */
export function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const kept = text.slice(0, charsMax - 1);
  const isHalf = /[\ud800-\udbff]$/.test(kept);
  return `${isHalf ? kept.slice(0, -1) : kept}…`;
}

/** Shortened to so many bytes of UTF-8, between characters. */
export function cutBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const sign = "…";
  let left = bytesMax - Buffer.byteLength(sign);
  let kept = "";
  for (const char of text) {
    left -= Buffer.byteLength(char);
    if (left < 0) break;
    kept += char;
  }
  return kept + sign;
}

/** Headline and lines as plain text, the headline first. */
export const textOf = (message: Message): string =>
  plain([headlineOf(message), ...message.lines].join("\n"));
