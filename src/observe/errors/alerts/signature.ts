import * as z from "zod";

const keyBytesMin = 16;

/** Receivers' libraries take what stands after `whsec_` as base64. */
const keyOf = (secret: string): Uint8Array =>
  secret.startsWith("whsec_")
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : Buffer.from(secret);

export const SigningSecret = z
  .string()
  .max(500)
  .meta({ secret: true })
  .refine((text) => keyOf(text).length >= keyBytesMin, `Write at least ${keyBytesMin} bytes`)
  .describe(
    "Signs what is sent, by Standard Webhooks: `whsec_` and base64, or any text, whose bytes are the key; write it as ${NAME} of the environment.",
  );

/** Standard Webhooks: the signature is over id, time and body, so that nobody can change or replay it. */
export const signature = (
  secret: string,
  of: { id: string; seconds: number; body: string },
): string =>
  `v1,${new Bun.CryptoHasher("sha256", keyOf(secret)).update(`${of.id}.${of.seconds}.${of.body}`).digest("base64")}`;
