import {
  type Actor,
  type Auth,
  type Effects,
  type NewLink,
  type Read,
  type Refusal,
  roles,
} from "#kernel";
import * as z from "zod";
import {
  alreadyJoined,
  invitationWithdrawn,
  invited,
  lastAdmin,
  notForTokens,
  removed,
  roleChanged,
  secondFactorRequired,
  sessionEnded,
  signInLinkMade,
  unknownPerson,
  unknownSession,
} from "./contract.ts";

export const Config = z.object({}).strict();

/** The door of this Castor, given to it as equipment `auth`. */
export const doorOf = (fx: Pick<Effects, "equipment">): Auth => fx.equipment<Auth>("auth");

/** A stolen token must not be able to turn itself into a person. */
const tokenRefusal = (fx: Effects): Refusal | undefined =>
  fx.actor.kind === "token" ? notForTokens("Sign in, or use the command line.") : undefined;

export async function invite(
  input: { role: NewLinkRole; email?: string | undefined },
  fx: Effects,
): Promise<NewLink | Refusal> {
  const refused = tokenRefusal(fx);
  if (refused) return refused;
  const email = input.email === undefined ? {} : { email: input.email };
  const made = doorOf(fx).people.invite({ role: input.role, ...email });
  if (made === "email-taken") return alreadyJoined();
  await fx.record(made.person, [invited({ person: made.person, role: input.role, ...email })]);
  return made;
}
type NewLinkRole = Parameters<Auth["people"]["invite"]>[0]["role"];

export async function makeSignInLink(
  input: { email?: string | undefined; dropSecondFactor: boolean },
  fx: Effects,
): Promise<NewLink | Refusal> {
  const refused = tokenRefusal(fx);
  if (refused) return refused;
  const { email, dropSecondFactor } = input;
  const made = doorOf(fx).people.signInLink({ dropSecondFactor, ...(email ? { email } : {}) });
  if (made === "unknown-person") return unknownPerson("Nobody has that e-mail.");
  await fx.record(made.person, [signInLinkMade({ person: made.person, kind: made.kind })]);
  return made;
}

export async function setRole(
  { person, role }: { person: string; role: NewLinkRole },
  fx: Effects,
): Promise<Done | Refusal> {
  const { people } = doorOf(fx);
  const from = people.find(person)?.role;
  const result = people.setRole(person, role);
  if (result === "last-admin") return lastAdmin("Make somebody else admin first.");
  if (result === "unknown-person" || from === undefined) return unknownPerson();
  if (result === "done") await fx.record(person, [roleChanged({ person, from, to: role })]);
  return { done: true };
}

/** A lower role than before takes something away; a higher one does not. */
export function demoted(
  { person, role }: { person: string; role: NewLinkRole },
  read: Pick<Read, "equipment">,
): string | undefined {
  const from = doorOf(read).people.find(person)?.role;
  const isLess = from !== undefined && roles.indexOf(role) < roles.indexOf(from);
  return isLess ? "demote a person" : undefined;
}

/** A link for an account that is there makes whoever has it that person. Whoever owns the data folder owns it anyway. */
export function takenOver(
  { email }: { email?: string | undefined },
  read: Pick<Read, "equipment">,
  by: Actor,
): string | undefined {
  const found = doorOf(read)
    .people.list()
    .find((each) => each.email.toLowerCase() === email?.toLowerCase());
  const isOfTheMachine = by.kind === "system" && by.id === "local";
  return found === undefined || isOfTheMachine || found.id === by.id
    ? undefined
    : "take an account over";
}

export async function remove({ person }: { person: string }, fx: Effects): Promise<Done | Refusal> {
  const { people } = doorOf(fx);
  const hasAccount = people.find(person) !== undefined;
  const result = people.remove(person);
  if (result === "last-admin") return lastAdmin("Make somebody else admin first.");
  if (result === "unknown-person") return unknownPerson();
  await fx.record(person, [hasAccount ? removed({ person }) : invitationWithdrawn({ person })]);
  return { done: true };
}

export async function endSession(
  { session }: { session: string },
  fx: Effects,
): Promise<Done | Refusal> {
  const door = doorOf(fx);
  const found = door.people.sessions().find(({ id }) => id === session);
  const own = fx.actor.kind === "person" && fx.actor.id === found?.person;
  const mayEndAny = door.roleOf(fx.actor) === "admin";
  // Somebody else's session is as unknown to a viewer as one that never was.
  if (!found || !(own || mayEndAny)) return unknownSession();
  if (door.people.endSession(session) === "unknown-session") return unknownSession();
  await fx.record(found.person, [sessionEnded({ person: found.person, session })]);
  return { done: true };
}

export async function requireSecondFactor(
  { required }: { required: boolean },
  fx: Effects,
): Promise<Done> {
  const { people } = doorOf(fx);
  if (people.secondFactorRequired() !== required) {
    people.requireSecondFactor(required);
    await fx.record("second-factor", [secondFactorRequired({ required })]);
  }
  return { done: true };
}

export const Done = z.object({ done: z.literal(true) });
export type Done = z.infer<typeof Done>;
