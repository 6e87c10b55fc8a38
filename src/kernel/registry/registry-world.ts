import type { VirtualClock } from "../clock/virtual.ts";
import type { Op, Registry, Session } from "./registry.ts";

export type RegistryWorld = {
  registry: Registry;
  /** The same registry in a process of its own, after this one has ended. */
  reopen: (of?: { historyChangesMax?: number }) => Promise<Registry>;
  close: () => Promise<void>;
};

/** What a test of the registry works with. */
export type World = {
  clock: () => VirtualClock;
  registry: () => Registry;
  reopen: (of?: { historyChangesMax?: number }) => Promise<Registry>;
  session: (
    ttlMs?: number,
    more?: { lockDelayMs?: number; behavior?: "release" | "delete" },
  ) => Promise<Session>;
};

export const put = (key: string, value = key, index?: number): Op => ({
  op: "put",
  key,
  value,
  ...(index === undefined ? {} : { index }),
});
export const acquire = (key: string, { id }: Session, value = ""): Op => ({
  op: "acquire",
  key,
  value,
  session: id,
});
