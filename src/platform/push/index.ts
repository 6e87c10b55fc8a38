import { action, answer, capability, type Capability, type Effects, on, type Read } from "#kernel";
import * as z from "zod";
import { removed } from "../people/contract.ts";
import { erased } from "../privacy/contract.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { deliver, tellAll, tellBrowser } from "./deliver.ts";
import { Add, add, devicesOf, forget, known, otherDevice, remove } from "./devices.ts";
import { keysOf } from "./keys.ts";
import { receiptRoute } from "./receipt.ts";

async function test({ device }: { device: string }, fx: Effects<Config>) {
  const mine = Object.values(fx.view(known).devices).find(
    (each) => each.device === device && each.person === fx.actor.id,
  );
  if (!mine) return contract.unknownDevice();
  const note = contract.Note.parse({
    ...{ id: `test-${fx.id()}`, account: mine.person, title: "Castor: a test" },
    ...{ body: "This is how a page arrives on this device.", url: "/settings/pages" },
    ...{ thread: `test-${device}`, urgency: "high", ttlSeconds: 60 },
  });
  const [told] = await tellAll(fx, note, [mine]);
  return told?.outcome === "accepted"
    ? { id: note.id }
    : contract.notDelivered(told?.why, { isFinal: told?.isFinal ?? true });
}

export const push: Capability = capability({
  id: "push",
  about: "Tells people things on their own devices, through the push services of their browsers.",
  config: Config,
  emits: [contract.deviceAdded, contract.deviceRemoved, contract.keysMade, contract.shown],
  refuses: [
    ...[contract.noDevice, contract.notDelivered, contract.unknownService],
    ...[contract.badSubscription, contract.tooManyDevices, contract.unknownDevice],
    contract.notAPerson,
  ],
  counts: [contract.notes],
  views: [known],
  answers: [
    answer(contract.publicKey, (read: Read<Config>) => ({
      publicKey: read.view(known).keys?.publicKey ?? null,
    })),
    answer(contract.devices, (read: Read<Config>, { account }) => ({
      devices: (account === undefined
        ? Object.values(read.view(known).devices)
        : devicesOf(read, account)
      ).map(({ digest: _digest, position: _position, ...shown }) => shown),
    })),
  ],
  actions: [
    action("push.prepare", {
      about: "The public key that a browser subscribes for (VAPID); made on first use.",
      allow: "viewer",
      input: z.object({}).strict(),
      output: z.object({ publicKey: z.string() }),
      act: async (_, fx: Effects<Config>) => ({ publicKey: (await keysOf(fx)).publicKey }),
    }),
    action("push.add-device", {
      about: "Lets the browser that asks be told what its owner is told; the console does this.",
      allow: "viewer",
      input: Add,
      output: z.object({ device: z.string() }),
      act: add,
    }),
    action("push.remove-device", {
      about: "A device is told no more: one's own, or anybody's for an admin.",
      destroys: {
        what: "The way to wake somebody else on this device.",
        name: otherDevice,
        allow: "admin",
      },
      allow: "viewer",
      input: z.object({ device: z.string().max(100) }).strict(),
      output: z.object({ done: z.literal(true) }),
      act: remove,
    }),
    action("push.test", {
      about: "Tells one of your devices that this is a test.",
      allow: "viewer",
      input: z.object({ device: z.string().max(100) }).strict(),
      output: z.object({ id: z.string() }),
      act: test,
    }),
    action("push.tell", {
      about: "Tells one browser by its subscription; whoever gives the order keeps that.",
      allow: "admin",
      input: contract.ToBrowser,
      output: z.object({ accepted: z.number() }),
      act: tellBrowser,
    }),
    action("push.send", {
      about: "Tells somebody something on all of their devices.",
      allow: "operator",
      input: contract.Note,
      output: z.object({ accepted: z.number() }),
      act: deliver,
    }),
  ],
  routes: [receiptRoute],
  reactions: [
    on("push.forget-removed", removed, ({ event }, fx: Effects<Config>) =>
      forget(event.data.person, fx),
    ),
    on("push.forget-erased", erased, ({ event }, fx: Effects<Config>) =>
      forget(event.data.subject, fx),
    ),
  ],
});
