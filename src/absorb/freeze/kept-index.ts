import type { Cellar } from "./cellar/contract.ts";
import { FrozenIndex } from "./kept/contract.ts";

/** The snapshot of that name, if it is there and whole. */
export async function indexOf(
  { objects }: Pick<Cellar, "objects">,
  name: string | undefined,
): Promise<FrozenIndex | undefined> {
  const bytes = name === undefined ? undefined : await objects.get(name);
  if (bytes === undefined) return undefined;
  const index = FrozenIndex.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  return index.success ? index.data : undefined;
}
