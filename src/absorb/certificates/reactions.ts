import { due, type Effects, every, processesOf, type Reaction, reconcile } from "#kernel";
import { configApplied } from "../../platform/settings/contract.ts";
import {
  certificates,
  isDue,
  type Known,
  nothingKnown,
  renewAtOf,
  retryAtOf,
  warningFor,
} from "./certificate.ts";
import { type AcmeConfig, type Config, directoryOf, type Wanted, wantedOf } from "./config.ts";
import {
  certificatesSnapshot,
  expiring,
  failed,
  issued,
  orders,
  proofCluster,
  ProofHeld,
  renewalAsked,
  renewed,
} from "./contract.ts";
import { type Equipment, NotIssued, type Proof } from "./issuer.ts";

/** How often it is looked whether files are still there, and whether something is to be warned of. */
const lookMs = 3_600_000;
const workersAskedMs = 500;
const shownAgainMs = 100;
/** How long workers may take to hold a proof; then it is tried without them all. */
const shownWithinMs = 10_000;

const equipmentOf = (fx: Effects<Config>): Equipment => fx.equipment<Equipment>("certificates");
/** Key and chain are one file, so that they change together. */
export const fileOf = (name: string): string => `${name}.pem`;

/** What the authority will ask for while an order is under way. */
const pending = new WeakMap<Equipment, readonly Proof[]>();

async function publish(fx: Effects<Config>): Promise<void> {
  const isWanted = fx.config.acme !== undefined;
  if (!isWanted && fx.snapshots.get(certificatesSnapshot) === undefined) return;
  const own = equipmentOf(fx);
  const files = wantedOf(fx.config)
    .map(({ name }) => fileOf(name))
    .filter((file) => own.safe.read(file) !== undefined)
    .map((file) => own.safe.pathOf(file));
  await fx.snapshots.put(certificatesSnapshot, { files, proofs: [...(pending.get(own) ?? [])] });
}

/** Resolves once all workers would answer; who does not come in time is a worker that is not there. */
async function show(fx: Effects<Config>, proof: Proof): Promise<void> {
  const own = equipmentOf(fx);
  pending.set(own, [...(pending.get(own) ?? []), proof]);
  await publish(fx);
  const asked = { token: proof.token };
  for (let waitedMs = 0; waitedMs < shownWithinMs; waitedMs += workersAskedMs) {
    const max = fx.snapshots.get(processesOf("gateway"))?.value.processes.length ?? 0;
    let held = 0;
    for await (const { body } of fx.bus.gather(proofCluster, asked, {
      timeoutMs: workersAskedMs,
      max,
    })) {
      const said = ProofHeld.safeParse(body);
      if (said.success && said.data.isHeld) held++;
    }
    if (max > 0 && held >= max) return;
    if (held < max) await fx.sleep(shownAgainMs);
  }
}

async function accountOf(fx: Effects<Config>, acme: AcmeConfig) {
  const { safe, issuer, readTrust } = equipmentOf(fx);
  const directory = directoryOf(acme);
  // An account belongs to its authority: another directory gets another key.
  const file = `account-${directory.replaceAll(/[^a-z0-9]+/gi, "-")}`;
  let key = safe.read(`${file}.key`);
  if (key === undefined) {
    key = await issuer.newKey();
    safe.write(`${file}.key`, key);
  }
  const url = safe.read(`${file}.url`) || undefined;
  const onAccount = (opened: string | undefined): void => safe.write(`${file}.url`, opened ?? "");
  const trust = acme.authority === undefined ? undefined : readTrust(acme.authority);
  return { account: { directory, email: acme.email, key, url, trust }, onAccount };
}

/** Asks the authority for one certificate; what was there before stays until the new one is on disk. */
async function acquire(
  fx: Effects<Config>,
  { wanted, known, acme }: { wanted: Wanted; known: Known; acme: AcmeConfig },
): Promise<void> {
  const { safe, issuer } = equipmentOf(fx);
  const { name, names } = wanted;
  const startedAt = fx.now;
  try {
    const signed = await issuer.issue({
      ...(await accountOf(fx, acme)),
      ...{ names, net: fx.net },
      show: (proof) => show(fx, proof),
    });
    safe.write(fileOf(name), `${signed.key.trim()}\n${signed.chain.trim()}\n`);
    const read = await issuer.read(signed.chain);
    const outcome = known.held === undefined ? issued : renewed;
    const renewAt = renewAtOf(read, fx.random());
    const tookMs = Math.max(0, fx.now - startedAt);
    await fx.record(name, [outcome({ name, ...read, renewAt, tookMs })]);
    fx.count(orders, { outcome: known.held === undefined ? "issued" : "renewed" });
  } catch (error) {
    const no = error instanceof NotIssued ? error : undefined;
    const attempt = known.failures + 1;
    const isRateLimited = no?.isRateLimited === true;
    const why = (error instanceof Error ? error.message : String(error)).slice(0, whyLengthMax);
    const retryAt = retryAtOf({
      ...{ now: fx.now, attempt, chance: fx.random(), isRateLimited },
      retryAfterMs: no?.retryAfterMs,
    });
    await fx.record(name, [failed({ name, names, why, attempt, retryAt, isRateLimited })]);
    fx.count(orders, { outcome: isRateLimited ? "rate-limited" : "failed" });
  } finally {
    pending.delete(equipmentOf(fx));
    await publish(fx);
  }
}
const whyLengthMax = 500;

const keeping = new WeakMap<Equipment, { again: boolean }>();

/** Never twice at once: whoever comes meanwhile has it looked once more. */
async function keep(fx: Effects<Config>): Promise<void> {
  if (fx.config.acme === undefined) return;
  const key = equipmentOf(fx);
  const turn = keeping.get(key) ?? { again: true };
  if (keeping.has(key)) {
    turn.again = true;
    return;
  }
  keeping.set(key, turn);
  try {
    while (turn.again) {
      turn.again = false;
      await keepAll(fx);
    }
  } finally {
    keeping.delete(key);
  }
}

/** One after the other: an authority that counts is not asked for several at once. */
async function keepAll(fx: Effects<Config>): Promise<void> {
  const { acme } = fx.config;
  if (acme === undefined) return;
  const { safe } = equipmentOf(fx);
  for (const wanted of wantedOf(fx.config)) {
    const known = fx.view(certificates)[wanted.name] ?? nothingKnown;
    const isOnDisk = safe.read(fileOf(wanted.name)) !== undefined;
    if (isDue(wanted, known, { now: fx.now, isOnDisk })) await acquire(fx, { wanted, known, acme });
    await warn(fx, known);
  }
}

async function warn(fx: Effects<Config>, { held, failures }: Known): Promise<void> {
  if (held === undefined || failures === 0) return;
  const share = warningFor(held, fx.now);
  if (share === undefined) return;
  const { name, expiresAt } = held;
  const leftMs = Math.max(0, expiresAt - fx.now);
  const id = `expiring/${name}/${expiresAt}/${share}`;
  await fx.record(name, [expiring({ name, expiresAt, leftMs })], { id });
}

export const reactions: readonly Reaction[] = [
  reconcile("certificates.picture", [configApplied, issued, renewed], publish),
  reconcile("certificates.keep", [configApplied, renewalAsked], keep),
  due(
    "certificates.retry",
    failed,
    ({ event }) => event.data.retryAt,
    (_, fx: Effects<Config>) => keep(fx),
  ),
  due(
    "certificates.first-renewal",
    issued,
    ({ event }) => event.data.renewAt,
    (_, fx: Effects<Config>) => keep(fx),
  ),
  due(
    "certificates.renewal",
    renewed,
    ({ event }) => event.data.renewAt,
    (_, fx: Effects<Config>) => keep(fx),
  ),
  every("certificates.look", lookMs, keep),
];
