import type { LogEvent, People, Tokens } from "../live/shapes.ts";
import { useAsk } from "../live/use-live.ts";

/**
 * What a person is called whom a fact names by their account. Facts of old name people by name: who is here is
 * still found, who left is forgotten.
 */
export function useName(): (person: string) => string {
  const people = useAsk<People>("people.list").data?.people;
  return (person) =>
    people?.find(({ id, name }) => id === person || name === person)?.name ?? "somebody who left";
}

/**
 * Who did something, as people call them. The log keeps no names of people, so that it can forget them; the names
 * come from the list of those who are here now.
 */
export function useWho(): (by: LogEvent["by"]) => string {
  const people = useAsk<People>("people.list").data?.people;
  const tokens = useAsk<Tokens>("tokens.list").data?.tokens;
  return ({ kind, id, name }) => {
    if (name !== undefined) return name;
    if (kind === "person")
      return people?.find((each) => each.id === id)?.name ?? "somebody who left";
    if (kind === "token")
      return tokens?.find((each) => each.id === id)?.name ?? "a token of the past";
    return id;
  };
}
