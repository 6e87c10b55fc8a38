import type { Crew, Outpost, Store } from "#kernel";
import type { Keeping } from "../intake/keep.ts";
import type { Picture } from "../intake/picture.ts";
import type { Project } from "../intake/projects.ts";
import { type Ready, type Task, type Work, work } from "../intake/ready.ts";
import { Artifacts, mapsStore } from "./artifacts.ts";
import { type BundleTask, type Unpacked, work as unpack } from "./bundle.ts";
import { LateMaps } from "./late.ts";
import { Uploads } from "./uploads.ts";
import { type Asking, withMaps } from "./with-maps.ts";

export type Symbols = {
  artifacts: Artifacts;
  uploads: Uploads;
  /** Works on events, with the maps that there are. */
  crew: Crew<Work, Ready | undefined>;
  makeRoom(): Promise<void>;
  close(): Promise<void>;
};

/** Source maps in the intake's process: taken in, looked up, and applied to what came before them. */
export function startSymbols(of: {
  outpost: Outpost;
  store: Store;
  keeping: Keeping;
  picture: () => Picture | undefined;
  project: (number: number) => Project | undefined;
}): Symbols {
  const { outpost, store, keeping, project } = of;
  const { clock } = outpost;
  const artifacts = new Artifacts(outpost.stores.open(mapsStore));
  const module = `${import.meta.dir}/../intake/ready.ts`;
  const plain = outpost.crew<Task, Ready | Asking | undefined>({ module, work });
  const crew = withMaps(plain, artifacts, clock);
  const late = new LateMaps({ outpost, store, artifacts, keeping, crew, project });
  const makeRoom = async (): Promise<void> => {
    const limits = of.picture()?.maps;
    if (!limits) return;
    const now = clock.now();
    const { storageBytesMax: bytesMax, keptMs } = limits;
    await artifacts.makeRoom({ bytesMax, before: now - keptMs, now });
  };
  const uploads = new Uploads({
    outpost,
    artifacts,
    crew: onDemand(outpost),
    limits: () => of.picture()?.maps,
    arrived: () => late.plan(),
  });
  return {
    artifacts,
    uploads,
    crew,
    makeRoom,
    close: async () => {
      late.close();
      await artifacts.close();
    },
  };
}

/** Most never upload anything: its threads start with the first bundle. */
function onDemand(outpost: Outpost): Crew<BundleTask, Unpacked> {
  let crew: Crew<BundleTask, Unpacked> | undefined;
  return {
    work: (task) => {
      crew ??= outpost.crew({ module: `${import.meta.dir}/bundle.ts`, work: unpack });
      return crew.work(task);
    },
    close: () => crew?.close(),
  };
}
