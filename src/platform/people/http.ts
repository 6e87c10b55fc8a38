import { route } from "#kernel";
import { doorOf } from "./membership.ts";

/** Who the caller is: an answer cannot know, since one answer is shared by everybody who asks the same. */
export const me = route("GET", "/api/people.me", {
  about: "Who you are here: your actor, role and scopes, and your account if you are a person.",
  allow: "viewer",
  serve: (_request, fx, caller) => {
    const person =
      caller?.actor.kind === "person" ? doorOf(fx).people.find(caller.actor.id) : undefined;
    const { actor, role, scopes } = caller ?? {};
    return Promise.resolve(
      Response.json({ actor, role, scopes, person }, { headers: { "cache-control": "no-store" } }),
    );
  },
});
