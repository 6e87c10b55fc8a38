import type { Effects } from "#kernel";
import type { Ping } from "./adapters/ping.ts";
import { ask, Unanswered } from "./ask.ts";
import type { Config, Probe } from "./config.ts";
import type { Tried } from "./contract.ts";
import { faultOf, passWords } from "./judge.ts";

/** What Castor is started with for probes: reads a file that `trust` names, and pings. */
export type Equipment = { readTrust(path: string): string; ping: Ping };

/** Asks once and judges the answer; whatever goes wrong is a failed beat. */
export async function beat(probe: Probe, fx: Effects<Config>): Promise<Tried> {
  const at = fx.now;
  const done = (ok: boolean, says: string, shown?: Tried["certificate"], took?: number): Tried => ({
    ...{ at, ok, says, tookMs: took ?? fx.now - at },
    ...(shown
      ? { certificate: { until: shown.until, names: shown.names, issuer: shown.issuer } }
      : {}),
  });
  try {
    const trust = trustOf(probe, fx);
    const ping: Ping = (...of) => fx.equipment<Equipment>("probes").ping(...of);
    const reply = await ask(probe, { net: fx.net, signal: fx.signal, trust, ping });
    const tookMs = reply.kind === "ping" ? reply.tookMs : fx.now - at;
    const fault = faultOf(reply, probe, tookMs);
    return done(fault === undefined, fault ?? passWords(reply, tookMs), reply.certificate, tookMs);
  } catch (why) {
    if (!(why instanceof Unanswered)) throw why;
    return done(false, why.message, why.certificate);
  }
}

function trustOf({ trust }: Probe, fx: Effects<Config>): string | undefined {
  if (trust === undefined) return undefined;
  try {
    return fx.equipment<Equipment>("probes").readTrust(trust);
  } catch {
    throw new Unanswered(`the file ${trust} that it is to trust cannot be read`);
  }
}
