import type { Capability } from "../manifest/capability.ts";
import type { Action, Answer, Command } from "../manifest/decisions.ts";

type Owned<T> = { owner: Capability } & T;
type Verbs = {
  commands: ReadonlyMap<string, Owned<{ command: Command }>>;
  actions: ReadonlyMap<string, Owned<{ action: Action }>>;
  answers: ReadonlyMap<string, Owned<{ answer: Answer }>>;
};

/** What is asked for by name has been checked before: that it is missing is a bug. */
export function need<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

/** Every command, action and answer by its name, with whose it is. */
export function verbsOf(capabilities: readonly Capability[]): Verbs {
  const each = <K, V>(list: (owner: Capability) => [K, V][]): Map<K, V> =>
    new Map(capabilities.flatMap(list));
  return {
    commands: each((owner) =>
      owner.commands.map((command): [string, Owned<{ command: Command }>] => [
        command.name,
        { owner, command },
      ]),
    ),
    actions: each((owner) =>
      owner.actions.map((action): [string, Owned<{ action: Action }>] => [
        action.name,
        { owner, action },
      ]),
    ),
    answers: each((owner) =>
      owner.answers.map((answer): [string, Owned<{ answer: Answer }>] => [
        answer.query.name,
        { owner, answer },
      ]),
    ),
  };
}
