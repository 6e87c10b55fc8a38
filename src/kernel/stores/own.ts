import { perCastor } from "../runtime/per-castor.ts";
import type { Effects, Read } from "../manifest/effects.ts";
import type { Store, StoreDef } from "./stores.ts";

const openedOf = perCastor(() => new Map<string, Store>());

/** A store of one running Castor, opened when it is first needed and closed when that ends. */
export function ownStore(fx: Pick<Effects, "log" | "stores" | "signal">, def: StoreDef): Store {
  const known = openedOf(fx);
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
): Pick<Store, "tables"> | undefined => openedOf(read).get(def.name);
