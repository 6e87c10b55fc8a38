import { event, problem, query, roles, sensitive } from "#kernel/contract";
import * as z from "zod";

const Role = z.enum(roles);
const Millis = z.number();
const ofPerson = ({ person }: { person: string }): string => person;
const Someone = z.object({ person: z.string() });

/** Somebody may come in by a link that works once. `person` is who they will be. */
export const invited = event(
  "people.invited",
  z.object({ person: z.string(), role: Role, email: sensitive().optional() }),
  {
    says: ({ role, email }) => `${email ?? "Somebody"} was invited as ${role}`,
    subject: ofPerson,
  },
);

/** An account came to be. */
export const joined = event(
  "people.joined",
  z.object({ person: z.string(), role: Role, name: sensitive(), email: sensitive() }),
  { says: ({ name, role }) => `${name} joined as ${role}`, subject: ofPerson },
);

/** Somebody was let in. `via` is the strongest thing they showed. */
export const signedIn = event(
  "people.signed-in",
  z.object({
    person: z.string(),
    via: z.enum(["password", "totp", "backup-code", "passkey", "link"]),
    address: sensitive(),
  }),
  { says: ({ via, address }) => `Signed in by ${via} from ${address}`, subject: ofPerson },
);
export const signedOut = event("people.signed-out", Someone, { says: () => "Signed out" });

/** Failed attempts, at most one fact a minute and account; `account` and `from` are keyed hashes. */
export const signInFailed = event(
  "people.sign-in-failed",
  z.object({
    account: z.string(),
    from: z.string(),
    reason: z.enum(["password", "code", "passkey", "link", "too-many"]),
    count: z.number(),
  }),
  {
    says: ({ count, reason, account }) =>
      `${count === 1 ? "An attempt" : `${count} attempts`} to sign in failed (${reason}, account ${account})`,
  },
);

export const roleChanged = event(
  "people.role-changed",
  z.object({ person: z.string(), from: Role, to: Role }),
  { says: ({ from, to }) => `A role changed from ${from} to ${to}` },
);
/** Their sessions ended and their tokens were revoked with it. */
export const removed = event("people.removed", Someone, { says: () => "A person was removed" });
export const invitationWithdrawn = event("people.invitation-withdrawn", Someone, {
  says: () => "An invitation was withdrawn",
});
export const sessionEnded = event(
  "people.session-ended",
  z.object({ person: z.string(), session: z.string() }),
  { says: () => "A session was ended" },
);
/** A way in was made by hand: for the first admin, for another one, or for who forgot a password. */
export const signInLinkMade = event(
  "people.sign-in-link-made",
  z.object({ person: z.string(), kind: z.enum(["first-run", "invitation", "recovery"]) }),
  { says: ({ kind }) => `A sign-in link was made (${kind})` },
);

const Factor = z.object({ person: z.string(), kind: z.enum(["totp", "passkey"]) });
export const secondFactorEnabled = event("people.second-factor-enabled", Factor, {
  says: ({ kind }) => `A second factor was set up (${kind})`,
});
export const secondFactorDisabled = event("people.second-factor-disabled", Factor, {
  says: ({ kind }) => `A second factor was given up (${kind})`,
});
export const passwordChanged = event("people.password-changed", Someone, {
  says: () => "A password was changed; the other sessions ended",
});
export const secondFactorRequired = event(
  "people.second-factor-required",
  z.object({ required: z.boolean() }),
  {
    says: ({ required }) =>
      required
        ? "A second factor is required of everybody"
        : "A second factor is no longer required",
  },
);

export const unknownPerson = problem("people.unknown", 404, "There is no such person");
export const lastAdmin = problem("people.last-admin", 409, "Somebody has to stay admin");
export const alreadyJoined = problem("people.already-joined", 409, "This e-mail has an account");
export const unknownSession = problem("people.unknown-session", 404, "There is no such session");
export const notForTokens = problem("people.not-for-tokens", 403, "A token cannot let people in");

const Person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  joinedAt: Millis,
  lastSignInAt: Millis.optional(),
  totp: z.boolean(),
  passkeyCount: z.number(),
});
const Invitation = z.object({
  person: z.string(),
  email: z.string().optional(),
  role: Role,
  expiresAt: Millis,
});
const Session = z.object({
  id: z.string(),
  person: z.string(),
  startedAt: Millis,
  expiresAt: Millis,
  address: z.string(),
  userAgent: z.string(),
  via: z.enum(["password", "passkey"]),
});

export const list = query(
  "people.list",
  z.object({}),
  z.object({
    people: z.array(Person),
    invitations: z.array(Invitation),
    secondFactorRequired: z.boolean(),
  }),
  { about: "Everybody who may come in, and who is invited." },
);
export const sessions = query(
  "people.sessions",
  z.object({ person: z.string().optional() }),
  z.object({ sessions: z.array(Session) }),
  { about: "Where people are signed in. One's own are at GET /api/auth/sessions.", allow: "admin" },
);

/** What a new link gives; `path` belongs behind the address of the console. */
export const NewLink = z.object({
  kind: z.enum(["first-run", "invitation", "recovery"]),
  person: z.string(),
  link: z.string(),
  path: z.string(),
  expiresAt: Millis,
});
