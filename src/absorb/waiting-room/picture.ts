import type { Effects } from "#kernel";
import { type Config, pictureOf } from "./config.ts";
import { numbersChanged } from "./contract.ts";
import { type RoomsPicture, roomsSnapshot } from "./workers/contract.ts";
import { said } from "./said.ts";

const keyBytes = 32;
/** Passes are good for a day; a key seals for a week, and opens for one more. */
const keyMs = 7 * 86_400_000;
const keysMax = 2;

/** The folder of the configuration file: paths in it are seen from there. */
type Home = { folder: string };

/** The keys in use; a new one when there is none, or when it has sealed for long enough. */
export function keysAt(
  now: number,
  before: RoomsPicture["keys"],
  newKey: () => Uint8Array,
): RoomsPicture["keys"] {
  const [newest] = before;
  if (newest !== undefined && now - newest.since < keyMs) return before;
  return [{ key: newKey().toBase64(), since: now }, ...before].slice(0, keysMax);
}

/** Writes what the workers work from; without a room, nothing is ever written. */
export async function publishPicture(fx: Effects<Config>): Promise<void> {
  const before = fx.snapshots.get(roomsSnapshot)?.value;
  const { rooms } = fx.config;
  if (before === undefined && Object.keys(rooms).length === 0) return;
  const { folder } = fx.equipment<Home>("machine");
  const words = fx.view(said);
  const picture: RoomsPicture = {
    keys: keysAt(fx.now, before?.keys ?? [], () => fx.secret(keyBytes)),
    rooms: Object.entries(rooms).map(([id, room]) => {
      const configured = pictureOf(id, room, folder);
      const { override } = words[id] ?? {};
      if (override === undefined) return configured;
      if (override.is === "closed") return { ...configured, mode: "off" };
      return { ...configured, mode: override.everyone ? "everyone" : "when-full" };
    }),
  };
  await fx.snapshots.put(roomsSnapshot, picture);
  await rememberNumbers(fx, before, picture);
}

/** New numbers in the configuration are a fact, as those that somebody sets are. */
async function rememberNumbers(
  fx: Effects<Config>,
  before: RoomsPicture | undefined,
  { rooms }: RoomsPicture,
): Promise<void> {
  for (const { id, rules } of rooms) {
    const old = before?.rooms.find((room) => room.id === id)?.rules;
    if (old === undefined) continue;
    const { activeMax, newPerMinute } = rules;
    if (old.activeMax === activeMax && old.newPerMinute === newPerMinute) continue;
    const told = {
      ...{ room: id, activeMax, newPerMinute, reason: "the configuration changed" },
      ...{ before: { activeMax: old.activeMax, newPerMinute: old.newPerMinute } },
    };
    await fx.record("rooms", [numbersChanged({ ...told, isConfigured: true })]);
  }
}
