import { Actor, event, problem, query, roles } from "#kernel/contract";
import * as z from "zod";

const Role = z.enum(roles);

/** What a token may call: one verb, or all of a capability's (`catalog.*`). */
export const Scope = z
  .string()
  .regex(/^[a-z0-9-]+\.(\*|[a-z0-9-]+)$/, 'Write "catalog.*" or "catalog.restart"');
const Name = z.string().trim().min(1).max(80);

/** A key for machines was made. Its secret was shown once and is kept as a hash. */
export const created = event(
  "tokens.created",
  z.object({
    token: z.string(),
    name: Name,
    role: Role,
    scopes: z.array(Scope).optional(),
    expiresAt: z.number().optional(),
  }),
  { says: ({ name, role }) => `Token "${name}" was created as ${role}` },
);
export const revoked = event("tokens.revoked", z.object({ token: z.string(), name: Name }), {
  says: ({ name }) => `Token "${name}" was revoked`,
});

export const unknownToken = problem("tokens.unknown", 404, "There is no such token");
export const tooPowerful = problem("tokens.too-powerful", 403, "A token may not exceed its maker");
export const notForTokens = problem("tokens.not-for-tokens", 403, "A token cannot make tokens");

const Token = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  scopes: z.array(z.string()).optional(),
  createdAt: z.number(),
  createdBy: Actor,
  expiresAt: z.number().optional(),
  lastUsedAt: z.number().optional(),
});
export type Token = z.infer<typeof Token>;

/** What creating one gives; `secret` is never to be had again. */
export const NewToken = z.object({ token: Token, secret: z.string() });

export const list = query("tokens.list", z.object({}), z.object({ tokens: z.array(Token) }), {
  about: "The tokens there are, when each was last used, and when it expires; never their secrets.",
});
