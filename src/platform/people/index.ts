import { action, answer, capability, on, roles } from "#kernel";
import * as z from "zod";
import { erased } from "../privacy/contract.ts";
import {
  alreadyJoined,
  invitationWithdrawn,
  invited,
  joined,
  lastAdmin,
  list,
  NewLink,
  notForTokens,
  passwordChanged,
  removed,
  roleChanged,
  secondFactorDisabled,
  secondFactorEnabled,
  secondFactorRequired,
  sessionEnded,
  sessions,
  signedIn,
  signedOut,
  signInFailed,
  signInLinkMade,
  unknownPerson,
  unknownSession,
} from "./contract.ts";
import { me } from "./http.ts";
import {
  Config,
  demoted,
  Done,
  doorOf,
  endSession,
  invite,
  makeSignInLink,
  remove,
  requireSecondFactor,
  setRole,
  takenOver,
} from "./membership.ts";

const Role = z.enum(roles);
const Email = z.email().max(254);

export const people = capability({
  id: "people",
  about: "Who may come in, with which role, and how they proved who they are.",
  config: Config,
  emits: [
    ...[invited, joined, signedIn, signedOut, signInFailed, roleChanged, removed],
    ...[invitationWithdrawn, sessionEnded, signInLinkMade, passwordChanged],
    ...[secondFactorEnabled, secondFactorDisabled, secondFactorRequired],
  ],
  refuses: [unknownPerson, lastAdmin, alreadyJoined, unknownSession, notForTokens],
  answers: [
    answer(list, (read) => {
      const { people: known } = doorOf(read);
      return {
        people: known.list(),
        invitations: known.invitations(),
        secondFactorRequired: known.secondFactorRequired(),
      };
    }),
    answer(sessions, (read, { person }) => ({ sessions: doorOf(read).people.sessions(person) })),
  ],
  actions: [
    action("people.invite", {
      about: "Makes a link that lets somebody in once, with this role; valid for a day.",
      allow: "admin",
      input: z.object({ role: Role.default("viewer"), email: Email.optional() }),
      output: NewLink,
      act: invite,
    }),
    action("people.sign-in-link", {
      about:
        "Makes a way in: for the first admin, for another, or (with an e-mail) to a new password.",
      allow: "admin",
      destroys: {
        what: "Somebody's password and sessions, and their second factor if that is dropped too: whoever has the link is them.",
        name: takenOver,
      },
      input: z.object({ email: Email.optional(), dropSecondFactor: z.boolean().default(false) }),
      output: NewLink,
      act: makeSignInLink,
    }),
    action("people.set-role", {
      about: "Changes what a person may do, from their next request on.",
      destroys: { what: "What somebody may do beyond their new role.", name: demoted },
      allow: "admin",
      input: z.object({ person: z.string(), role: Role }),
      output: Done,
      act: setRole,
    }),
    action("people.remove", {
      about: "Takes a person's access, sessions and tokens away, or withdraws an invitation.",
      destroys: {
        what: "Somebody's account with its sessions, devices and tokens.",
        name: ({ person }, read) =>
          doorOf(read).people.find(person) === undefined ? undefined : "remove a person",
      },
      allow: "admin",
      input: z.object({ person: z.string() }),
      output: Done,
      act: remove,
    }),
    action("people.end-session", {
      about: "Signs one session out: one's own, or anybody's for an admin.",
      allow: "viewer",
      input: z.object({ session: z.string() }),
      output: Done,
      act: endSession,
    }),
    action("people.require-second-factor", {
      about: "Says whether everybody needs a second factor to do anything here.",
      allow: "admin",
      input: z.object({ required: z.boolean() }),
      output: Done,
      act: requireSecondFactor,
    }),
  ],
  routes: [me],
  reactions: [
    on("people.forget-erased", erased, async ({ event }, fx) => {
      // Erasing personal data from the log would be half done while people.db still has it.
      const result = doorOf(fx).people.remove(event.data.subject);
      if (result === "last-admin") fx.note("The last admin was erased from the log, but stays.");
      if (result === "done")
        await fx.record(event.data.subject, [removed({ person: event.data.subject })]);
    }),
  ],
});
