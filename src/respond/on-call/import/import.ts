import { type Draft, draftFor } from "./draft.ts";
import { foundIn } from "./found.ts";
import { takeGrafana } from "./grafana.ts";
import { opsgenieUsers, takeOpsgenie } from "./opsgenie.ts";
import { takePagerDuty } from "./pagerduty.ts";

/** What `castor.yaml` shall hold, and all that is not in it. */
export type Imported = {
  config: {
    "on-call": { teams: Draft["teams"] };
    paging: { people: Record<string, object>; policies: Draft["policies"] };
  };
  notes: string[];
};

/** Whoever is called anywhere, with the ways that an export knows: their mailbox, and their phone once they sign in on it. */
function peopleIn(
  draft: Draft,
  users: ReturnType<typeof foundIn>["users"],
): Record<string, object> {
  const called = new Set([
    ...Object.values(draft.teams).flatMap(({ layers }) => layers.flatMap(({ members }) => members)),
    ...Object.values(draft.policies).flatMap(({ steps }) => steps.flatMap(({ who }) => who)),
  ]);
  const byName = new Map(users.map((each) => [draft.person(each.id), each]));
  return Object.fromEntries(
    [...called]
      .filter((name) => !name.startsWith("team:"))
      .toSorted()
      .flatMap((name) => {
        const user = byName.get(name);
        const zone = user?.time_zone ?? user?.timezone;
        if (!user?.email) {
          draft.notes.push(
            `${name}: no e-mail is in these files; say under paging.people.${name} how to reach them.`,
          );
          return [];
        }
        const channels = [{ kind: "push" }, { kind: "email", to: user.email, after: "2m" }];
        return [[name, { ...(zone ? { zone } : {}), account: user.email, channels }]];
      }),
  );
}

/** Reads exports of Grafana OnCall, PagerDuty and Opsgenie; undefined where there is nothing of them in these files. */
export function imported(files: readonly unknown[], now: number): Imported | undefined {
  const found = foundIn(files);
  const users = [...opsgenieUsers(found), ...found.users];
  const draft = draftFor(users);
  draft.notes.push(...found.unread.map((each) => `not understood: ${each}`));
  takePagerDuty(found, draft, now);
  takeGrafana(found, draft, now);
  takeOpsgenie(found, draft, now);
  const { teams, policies, notes } = draft;
  if (Object.keys(teams).length + Object.keys(policies).length + notes.length === 0)
    return undefined;
  const people = peopleIn(draft, users);
  return { config: { "on-call": { teams }, paging: { people, policies } }, notes };
}
