import type { Effects } from "#kernel";
import type { Config } from "./config.ts";
import { keysMade } from "./contract.ts";
import { known } from "./devices.ts";

export type Keys = { publicKey: string; privateKey: string; receiptKey: string };

const receiptKeyBytes = 32;

/** Reads what is sealed in the log. */
export function sealedAt<T>(fx: Pick<Effects, "log">, position: number): T {
  const recorded = fx.log.at(position);
  if (recorded === undefined) throw new Error(`There is no fact ${position}.`);
  return recorded.event.data as T;
}

/** Made on first use and then the same for ever: who subscribed did it for this public key. */
export async function keysOf(fx: Effects<Config>): Promise<Keys> {
  if (fx.view(known).keys === null) {
    const { generateVAPIDKeys } = await import("web-push");
    const receiptKey = Buffer.from(fx.secret(receiptKeyBytes)).toString("base64url");
    // Two that are first find the same id, and one pair of keys is recorded.
    await fx.record("keys", [keysMade({ ...generateVAPIDKeys(), receiptKey })], {
      id: "push.keys",
    });
  }
  const { keys } = fx.view(known);
  if (keys === null) throw new Error("The keys were recorded and are not known.");
  return sealedAt<Keys>(fx, keys.position);
}
