import type { Effects, Read } from "../manifest/effects.ts";
import type { Store, StoreDef } from "./stores.ts";

const opened = new WeakMap<object, Map<string, Store>>();

/** A store of one running Castor, opened when it is first needed and closed when that ends. */
export function ownStore(fx: Pick<Effects, "log" | "stores" | "signal">, def: StoreDef): Store {
  // The log stands for the Castor that runs on it.
  const known = opened.get(fx.log) ?? new Map<string, Store>();
  opened.set(fx.log, known);
  const there = known.get(def.name);
  if (there) return there;
  const store = fx.stores.open(def);
  known.set(def.name, store);
  fx.signal.addEventListener("abort", () => {
    known.delete(def.name);
    void store.close();
  });
  return store;
}

/** The same for who may only read: undefined while nobody has opened it. */
export const openedStore = (
  read: Pick<Read, "log">,
  def: StoreDef,
): Pick<Store, "tables"> | undefined => opened.get(read.log)?.get(def.name);
