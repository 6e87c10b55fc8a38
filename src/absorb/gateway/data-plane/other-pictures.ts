import type { Effects } from "#kernel";
import type { SnapshotDef } from "#kernel/contract";
import { cacheSnapshot } from "../../cache/contract.ts";
import {
  certificatesSnapshot,
  proofCluster,
  type ProofHeld,
  ProofRequest,
} from "../../certificates/contract.ts";
import { faultsSnapshot } from "../../faults/contract.ts";
import { freezeSnapshot } from "../../freeze/contract.ts";
import { roomsSnapshot } from "../../waiting-room/workers/contract.ts";
import { CacheKeeping } from "./cache/keeping.ts";
import { FreezeKeeping } from "./freeze/freeze-keeping.ts";
import type { Plane } from "./plane.ts";
import { RoomKeeping } from "./room/keeping.ts";

type Following = { look(): void; close(): void };
/** Where a worker is. `life` is its name until it ends: one that starts again has another. */
export type Place = {
  worker: string;
  life: string;
  data: string;
  bus: Effects["bus"];
  /** Follows a snapshot; what is not usable changes nothing. */
  follow: <S>(def: SnapshotDef<S>, hear: (value: S) => void) => Following;
};

/** The pictures of other capabilities that a worker follows besides the gateway's own. */
export async function followOthers(plane: Plane, of: Place): Promise<Following> {
  const freezing = followFreeze(plane, of);
  // What is frozen must not reach the origin, not even once while this worker starts.
  await freezing.settled();
  const all = [followCache, followCertificates, followFaults, followRooms].map((follow) =>
    follow(plane, of),
  );
  all.push(freezing);
  return {
    look: () => all.forEach((each) => each.look()),
    close: () => all.forEach((each) => each.close()),
  };
}

/** Ends both, what is followed and what it was followed for. */
const endsWith = (following: Following, kept: { close(): void }): Following => ({
  look: () => following.look(),
  close: () => {
    following.close();
    kept.close();
  },
});

function followCache(plane: Plane, of: Place): Following {
  const caching = new CacheKeeping(plane, of);
  return endsWith(
    of.follow(cacheSnapshot, (picture) => caching.apply(picture)),
    caching,
  );
}

function followRooms(plane: Plane, of: Place): Following {
  const keeping = new RoomKeeping(plane, of);
  const following = of.follow(roomsSnapshot, (picture) => keeping.apply(picture));
  const look = (): void => {
    following.look();
    keeping.look();
  };
  return { ...endsWith(following, keeping), look };
}

function followFreeze(plane: Plane, of: Place): Following & { settled(): Promise<void> } {
  let applied = Promise.resolve();
  const freezing = new FreezeKeeping(plane, of);
  const following = of.follow(freezeSnapshot, (picture) => {
    applied = freezing.apply(picture);
  });
  return { ...endsWith(following, freezing), settled: () => applied };
}

/** What goes wrong on purpose. */
const followFaults = (plane: Plane, of: Place): Following =>
  of.follow(faultsSnapshot, (picture) => plane.inject(picture));

/** The certificates that control gets from an authority, and what that authority will ask for. */
function followCertificates(plane: Plane, of: Place): Following {
  const following = of.follow(certificatesSnapshot, (picture) => plane.acquire(picture));
  const leave = of.bus.serve(proofCluster, {
    request: async ({ body }): Promise<ProofHeld> => {
      following.look();
      const { token } = ProofRequest.parse(body);
      return { worker: of.worker, isHeld: plane.proofs?.has(token) === true };
    },
  });
  return endsWith(following, { close: leave });
}
