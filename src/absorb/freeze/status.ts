import type { Read } from "#kernel";
import type * as z from "zod";
import type { Cellar } from "./cellar/contract.ts";
import type { Config } from "./config.ts";
import type { KeptForm, status } from "./contract.ts";
import { present } from "./present.ts";

type Status = z.infer<(typeof status)["output"]>;

/** The services under freeze.sites, or the one that is meant. */
export const servicesOf = (config: Config, only: string | undefined): string[] =>
  Object.keys(config.sites).filter((each) => only === undefined || each === only);

export function statusNow(
  read: Read<Config>,
  { service: only }: { service?: string | undefined },
): Status {
  const known = read.view(present);
  const { forms, progress } = read.equipment<Cellar>("freeze");
  return {
    sites: servicesOf(read.config, only).map((service) => {
      const [frozen, snapshot] = [known.frozen[service], known.taken[service]];
      const crawling = progress.get(service);
      const failure = known.failures[service];
      return {
        service,
        ...(frozen ? { frozen } : {}),
        ...(snapshot ? { snapshot, ageMs: read.now - snapshot.takenAt } : {}),
        ...(crawling ? { crawling } : {}),
        ...(failure ? { lastFailure: failure.why } : {}),
        forms: countsOf(forms.list(service)),
      };
    }),
  };
}

function countsOf(all: readonly KeptForm[]): Status["sites"][number]["forms"] {
  const are = (...states: KeptForm["state"][]): number =>
    all.filter(({ state }) => states.includes(state)).length;
  const kept = all.filter(({ state }) => state !== "sent");
  return {
    waiting: are("waiting", "sending"),
    sent: are("sent"),
    failed: are("failed"),
    bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
