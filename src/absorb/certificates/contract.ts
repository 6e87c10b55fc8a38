import { counter, event, problem, query, type SnapshotDef, snapshot } from "#kernel/contract";
import * as z from "zod";

/** Tries to get a certificate, by how they ended: `issued`, `renewed`, `failed`, `rate-limited`. */
export const orders = counter("certificates.orders", "sum", ["outcome"], "orders");

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const Got = z.object({
  /** The first of its names; how it is called everywhere. */
  name: z.string(),
  names: z.array(z.string()),
  /** Who signed it, in its own words. */
  issuer: z.string(),
  startsAt: z.number(),
  expiresAt: z.number(),
  /** When it is to be renewed: with a third of its life left, and a little chance. */
  renewAt: z.number(),
  tookMs: z.number(),
});

/** The first certificate for these names is there. */
export const issued = event("certificates.issued", Got, {
  says: ({ names, issuer, expiresAt }) =>
    `${issuer} certified ${names.join(", ")} until ${day(expiresAt)}`,
});
/** A newer one took its place; no connection was dropped for it. */
export const renewed = event("certificates.renewed", Got, {
  isChange: true,
  says: ({ names, issuer, expiresAt }) =>
    `${issuer} renewed the certificate of ${names.join(", ")}: it holds until ${day(expiresAt)}`,
});
/** The certificate before it stays in use, if there is one. */
export const failed = event(
  "certificates.failed",
  z.object({
    name: z.string(),
    names: z.array(z.string()),
    why: z.string(),
    /** How often in a row. */
    attempt: z.number(),
    retryAt: z.number(),
    isRateLimited: z.boolean(),
  }),
  {
    says: ({ names, why, retryAt }) =>
      `No certificate for ${names.join(", ")}: ${why}. The next try is at ${new Date(retryAt).toISOString().slice(0, 16).replace("T", " ")}`,
  },
);
/** Told when a fifth, a tenth and a twentieth of its life is left: renewing it has failed so far. */
export const expiring = event(
  "certificates.expiring",
  z.object({ name: z.string(), expiresAt: z.number(), leftMs: z.number() }),
  {
    says: ({ name, expiresAt, leftMs }) =>
      `The certificate of ${name} ends on ${day(expiresAt)}, in ${Math.floor(leftMs / 86_400_000)} days, and could not be renewed`,
  },
);
/** Somebody wants it renewed now. */
export const renewalAsked = event("certificates.renewal-asked", z.object({ name: z.string() }), {
  says: ({ name }) => `The certificate of ${name} is to be renewed now`,
});
export const unknown = problem("certificates.unknown", 404, "No such certificate is configured");

export const list = query(
  "certificates.list",
  z.object({}),
  z.object({
    directory: z.string().nullable(),
    certificates: z.array(
      z.object({
        name: z.string(),
        names: z.array(z.string()),
        state: z.enum(["wanted", "held", "failing"]),
        issuer: z.string().nullable(),
        expiresAt: z.number().nullable(),
        renewAt: z.number().nullable(),
        failures: z.number(),
        why: z.string().nullable(),
        retryAt: z.number().nullable(),
      }),
    ),
  }),
  { about: "The certificates that Castor gets by itself: until when they hold, and what fails." },
);

/** What the gateway's workers need: certificates as files, and what an authority will ask them for. */
export const Picture = z.object({
  /** Each file holds the key and the chain (PEM). */
  files: z.array(z.string()).default([]),
  /** RFC 8555 §8.3: the text behind `/.well-known/acme-challenge/<token>`. */
  proofs: z.array(z.object({ token: z.string(), text: z.string() })).default([]),
});
export type Picture = z.infer<typeof Picture>;
export const certificatesSnapshot: SnapshotDef<Picture> = snapshot("certificates", Picture);

/** The cluster that workers serve: each says whether it would answer for a token. */
export const proofCluster = "certificates.proofs";
export const ProofRequest = z.object({ token: z.string() });
export const ProofHeld = z.object({ worker: z.string(), isHeld: z.boolean() });
export type ProofHeld = z.infer<typeof ProofHeld>;
