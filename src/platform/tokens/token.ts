import {
  type Actor,
  type Auth,
  Duration,
  type Effects,
  type Read,
  type Refusal,
  roles,
} from "#kernel";
import { GivenName } from "#kernel/contract";
import * as z from "zod";
import { created, notForTokens, revoked, Scope, tooPowerful, unknownToken } from "./contract.ts";
import type { NewToken } from "./contract.ts";

export const Config = z.object({}).strict();

export const Create = z.object({
  name: GivenName,
  role: z.enum(roles).default("viewer"),
  scopes: z.array(Scope).max(50).optional(),
  /** For ever when absent. */
  expiresIn: Duration.optional(),
});

const doorOf = (fx: Pick<Effects, "equipment">): Auth => fx.equipment<Auth>("auth");

export async function create(
  { name, role, scopes, expiresIn }: z.infer<typeof Create>,
  fx: Effects,
): Promise<z.infer<typeof NewToken> | Refusal> {
  // A stolen token must not be able to outlive its own revocation.
  if (fx.actor.kind === "token") return notForTokens("Sign in, or use the command line.");
  const door = doorOf(fx);
  const own = door.roleOf(fx.actor);
  if (own === undefined || roles.indexOf(role) > roles.indexOf(own)) {
    return tooPowerful(`You are ${own ?? "nobody here"}; the token would be ${role}.`);
  }
  const limits = {
    ...(scopes ? { scopes } : {}),
    ...(expiresIn === undefined ? {} : { expiresAt: fx.now + expiresIn }),
  };
  const { token, secret } = door.tokens.create({ name, role, ...limits, by: fx.actor });
  await fx.record(token.id, [created({ token: token.id, name, role, ...limits })]);
  return { token: shown(token), secret };
}

/** One's own token may have leaked: it ends at once. */
export function endedForOther(
  { token }: { token: string },
  read: Pick<Read, "equipment">,
  by: Actor,
): string | undefined {
  const door = doorOf(read);
  const found = door.tokens.find(token);
  const own = found?.createdBy.kind === by.kind && found.createdBy.id === by.id;
  return found && !own && door.roleOf(by) === "admin" ? found.name : undefined;
}

export async function revoke(
  { token }: { token: string },
  fx: Effects,
): Promise<{ done: true } | Refusal> {
  const door = doorOf(fx);
  const found = door.tokens.find(token);
  const own = found?.createdBy.kind === fx.actor.kind && found.createdBy.id === fx.actor.id;
  if (!found || !(own || door.roleOf(fx.actor) === "admin")) return unknownToken();
  door.tokens.revoke(token);
  await fx.record(token, [revoked({ token, name: found.name })]);
  return { done: true };
}

type Known = ReturnType<Auth["tokens"]["list"]>[number];
const shown = ({ scopes, ...rest }: Known): z.infer<typeof NewToken>["token"] => ({
  ...rest,
  ...(scopes ? { scopes: [...scopes] } : {}),
});

export const all = (fx: Pick<Effects, "equipment">): z.infer<typeof NewToken>["token"][] =>
  doorOf(fx).tokens.list().map(shown);
