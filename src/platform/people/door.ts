import type { Actor, Auth, AuthFact, Event } from "#kernel";
import {
  joined,
  passwordChanged,
  secondFactorDisabled,
  secondFactorEnabled,
  signedIn,
  signedOut,
  signInFailed,
} from "./contract.ts";

/** Writes what happens at the door into the log, by the person it happened to. Returns how to stop. */
export const recordDoor = (
  auth: Auth,
  record: (key: string, events: readonly Event[], by: Actor) => Promise<unknown>,
): (() => void) =>
  auth.onFact(async (fact) => {
    const person = "person" in fact ? fact.person : undefined;
    const by: Actor =
      person === undefined ? { kind: "system", id: "door" } : { kind: "person", id: person };
    await record(person ?? "door", [eventOf(fact)], by);
  });

function eventOf(fact: AuthFact): Event {
  switch (fact.what) {
    case "joined":
      return joined(without(fact));
    case "signed-in":
      return signedIn(without(fact));
    case "signed-out":
      return signedOut(without(fact));
    case "sign-in-failed":
      return signInFailed(without(fact));
    case "second-factor-enabled":
      return secondFactorEnabled(without(fact));
    case "second-factor-disabled":
      return secondFactorDisabled(without(fact));
    case "password-changed":
      return passwordChanged(without(fact));
  }
}

const without = <F extends AuthFact>(fact: F): Omit<F, "what"> => {
  const { what: _what, ...data } = fact;
  return data;
};
