import * as z from "zod";
import type { Millis } from "./contract.ts";

const keyBytesMin = 16;
const prefix = "whsec_";

/** Receivers' libraries take what stands after `whsec_` as base64. */
const keyOf = (secret: string): Uint8Array =>
  secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), "base64")
    : Buffer.from(secret);

/** A secret in the form in which receivers' libraries expect it. */
export const webhookSecret = (key: Uint8Array): string =>
  `${prefix}${Buffer.from(key).toString("base64")}`;

/** The setting with which somebody signs what they send. */
export const WebhookSecret = z
  .string()
  .max(500)
  .meta({ secret: true })
  .refine((text) => keyOf(text).length >= keyBytesMin, `Write at least ${keyBytesMin} bytes`)
  .describe(
    "Signs what is sent, by Standard Webhooks: `whsec_` and base64, or any text, whose bytes are the key; write it as ${NAME} of the environment.",
  );

/**
 * The headers of a signed POST of JSON (Standard Webhooks): id, time and body are signed, so that nobody can change or replay it;
 * the same id is the same message.
 */
export function webhookHeaders(
  body: string,
  of: { id: string; at: Millis; secret: string },
): Record<string, string> {
  const seconds = Math.floor(of.at / 1_000);
  const signature = new Bun.CryptoHasher("sha256", keyOf(of.secret))
    .update(`${of.id}.${seconds}.${body}`)
    .digest("base64");
  return {
    "content-type": "application/json",
    "webhook-id": of.id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${signature}`,
  };
}
