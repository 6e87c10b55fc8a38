import { type People, useAsk } from "#console";

/** An error is somebody's by their id, or by a name of the owners' rules. */
export function useNameOf(): (assignee: string) => string {
  const people = useAsk<People>("people.list").data?.people;
  return (assignee) => people?.find(({ id }) => id === assignee)?.name ?? assignee;
}
