import { due, type Effects, type Reaction, reconcile } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import type { Cellar } from "./cellar/contract.ts";
import { endCommand } from "./commands.ts";
import { type Config, siteOf } from "./config.ts";
import {
  formKeyMade,
  freezeSnapshot,
  frozen,
  type Picture,
  snapshotTaken,
  thawed,
} from "./contract.ts";
import { present, type Present } from "./present.ts";
import { replaying } from "./replay.ts";
import { takingSnapshots } from "./snapshots.ts";

const keyBytes = 32;

export function pictureOf(config: Config, known: Present): Picture {
  const sites = Object.entries(config.sites).map(([service, each]) => {
    const [taken, is] = [known.taken[service], known.frozen[service]];
    return siteOf(service, each, {
      ...(taken ? { snapshot: { index: taken.index, takenAt: taken.takenAt } } : {}),
      ...(is ? { frozen: { since: is.since, reason: is.reason }, forms: is.forms } : {}),
    });
  });
  return { sites, ...(known.formKey ? { formKey: known.formKey.publicKey } : {}) };
}

/** Workers seal forms for this key; its secret half is sealed in the log. */
async function makeFormKey(fx: Effects<Config>): Promise<void> {
  if (Object.keys(fx.config.sites).length === 0 || fx.view(present).formKey !== null) return;
  const secret = fx.secret(keyBytes);
  const publicKey = fx.equipment<Cellar>("freeze").publicKeyOf(secret);
  await fx.record("form-key", [
    formKeyMade({ publicKey, secret: Buffer.from(secret).toString("base64url") }),
  ]);
}

export const reactions: readonly Reaction[] = [
  reconcile(
    "freeze.picture",
    [configApplied, frozen, thawed, snapshotTaken, formKeyMade],
    async (fx: Effects<Config>) => {
      await makeFormKey(fx);
      await fx.snapshots.put(freezeSnapshot, pictureOf(fx.config, fx.view(present)));
    },
  ),
  due(
    "freeze.time",
    frozen,
    ({ event }) => event.data.until,
    async ({ event: { data } }, fx) => {
      await fx.run(endCommand, { service: data.service, until: data.until });
    },
  ),
  takingSnapshots,
  replaying,
];
