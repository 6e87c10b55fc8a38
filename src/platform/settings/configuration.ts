import { view } from "#kernel";
import * as z from "zod";
import { configApplied, configRefused, type Value } from "./contract.ts";

export const Config = z.object({}).strict();

/** What the process reads its configuration from. Given to Castor as equipment `configuration`. */
export type Source = { file: string; values(): Value[] };

type Mistakes = ReturnType<typeof configRefused>["data"]["mistakes"];
type Known = {
  appliedAt: number;
  hash: string;
  refused: { at: number; mistakes: Mistakes } | null;
};

export const lastConfiguration = view<Known, typeof configApplied | typeof configRefused>(
  "settings.last-configuration",
  {
    from: [configApplied, configRefused],
    empty: () => ({ appliedAt: 0, hash: "", refused: null }),
    apply: (known, { event, at }) =>
      event.type === "settings.config-applied"
        ? { appliedAt: at, hash: event.data.hash, refused: null }
        : { ...known, refused: { at, mistakes: event.data.mistakes } },
  },
);

/** Tells a configuration from another one, but for its secrets: 16 hex digits. */
export const hashOfValues = (values: readonly Value[]): string =>
  new Bun.CryptoHasher("sha256")
    .update(JSON.stringify(values.map(({ path, value }) => [path, value])))
    .digest("hex")
    .slice(0, 16);
