import { type Actor, type Auth, type Effects, type Read, type Refusal, roles } from "#kernel";
import type { Config } from "./config.ts";
import { type Approval, notYou, type Via } from "./contract.ts";

const doorOf = (read: Pick<Read, "equipment">): Auth => read.equipment<Auth>("auth");
type Reads = Pick<Read<Config>, "equipment" | "now" | "config">;

/** The person behind whoever acts: themselves, or who made the token; null for the machine's own command line and its tokens. */
export function personBehind(read: Pick<Read, "equipment">, { kind, id }: Actor): string | null {
  if (kind === "person") return id;
  const maker = kind === "token" ? doorOf(read).tokens.find(id)?.createdBy : undefined;
  return maker?.kind === "person" ? maker.id : null;
}

/** Who else could approve this: people whose role is enough, who are no newcomers, and who did not ask. */
export function others(
  read: Reads,
  { allow, asker }: Pick<Approval, "allow" | "asker">,
): { id: string; email: string }[] {
  const since = read.now - read.config.newcomersWait;
  return doorOf(read)
    .people.list()
    .filter(({ id, role, joinedAt }) => {
      const isEnough = roles.indexOf(role) >= roles.indexOf(allow);
      return isEnough && id !== asker && joinedAt <= since;
    });
}

/** Somebody known who decides, and how they came. */
export type Decider = { person: string; via: Via };

/** Nobody in particular decides nothing; a token does only where it was made for it. */
export function deciderOf(read: Pick<Read, "equipment">, actor: Actor): Decider | Refusal {
  if (actor.kind === "person") return { person: actor.id, via: "session" };
  const token = actor.kind === "token" ? doorOf(read).tokens.find(actor.id) : undefined;
  if (!token)
    return notYou(
      "Nobody knows who this is: sign in, or use a token of yours with the scope approvals.*.",
    );
  const isMadeForIt = token.scopes?.some((scope) => scope.startsWith("approvals.")) === true;
  if (!isMadeForIt || token.createdBy.kind !== "person")
    return notYou("Only a token that a person made with the scope approvals.* decides.");
  return { person: token.createdBy.id, via: "token" };
}

/** Who approved it and still may: whoever was removed or demoted meanwhile counts no more. */
export function standing(
  read: Reads,
  of: Pick<Approval, "allow" | "asker" | "approvedBy">,
): Approval["approvedBy"] {
  const able = new Set(others(read, of).map(({ id }) => id));
  return of.approvedBy.filter(({ person }) => able.has(person));
}

/** Why this person may not decide it; undefined where they may. */
export function objection(
  read: Reads,
  of: Pick<Approval, "allow" | "asker" | "approvedBy">,
  { person }: Decider,
): Refusal | undefined {
  if (person === of.asker) return notYou("You asked for it yourself; somebody else has to decide.");
  if (of.approvedBy.some((each) => each.person === person))
    return notYou("You approved it already; one more person has to.");
  if (others(read, of).some(({ id }) => id === person)) return undefined;
  return notYou(`This takes the role ${of.allow}, and somebody who did not join just now.`);
}

/** May whoever asked still do it themselves? A role may have been taken away meanwhile, and a token revoked. */
export function mayStill(fx: Pick<Effects, "equipment">, { by, allow }: Approval): boolean {
  const role = doorOf(fx).roleOf(by);
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(allow);
}
