import { createTally, type Outbox, type Outpost, type Store, StoreFull, type Tally } from "#kernel";
import { noteAlgorithm } from "../group/upgrade.ts";
import { answerTo } from "../ask/questions.ts";
import type { Artifacts } from "../symbols/artifacts.ts";
import { startSymbols } from "../symbols/start.ts";
import { makeRoom } from "./evict.ts";
import { type Finding, findingsOf, intakeReport, type IntakeReport } from "./findings.ts";
import { fold, folded } from "./fold.ts";
import { Intake } from "./intake.ts";
import { Keeping } from "./keep.ts";
import { type Picture, picture } from "./picture.ts";
import { inbox } from "./schema.ts";
import { intakeCluster } from "./topics.ts";
import { MonitorWatch } from "../monitors/keep.ts";
import { Watch } from "../watch/watch.ts";

const roomEveryMs = 30_000;
const countEveryMs = 1_000;
const watchEveryMs = 5_000;
const answerWithinMs = 5_000;

export type RunningIntake = {
  store: Store;
  findings: Outbox<Finding>;
  watch: Watch;
  /** Makes room now; it does so by itself every half minute. */
  makeRoom(): Promise<number>;
  close(): Promise<void>;
};

/** Starts the intake on the ports of its outpost. */
export function startIntake(outpost: Outpost): RunningIntake {
  const { clock } = outpost;
  const store = openStore(outpost);
  const keeping = new Keeping();
  const life = `${outpost.name}.${clock.id()}`;
  const tally = createTally({ from: life, clock });
  const watch = new Watch(outpost, store);
  let now: Picture | undefined;
  const projects = (): Map<number, string> =>
    new Map(now?.projects.map(({ number, project }) => [number, project]));
  const symbols = startSymbols({
    ...{ outpost, store, keeping },
    picture: () => now,
    project: (number) => intake.project(number),
  });
  const intake = new Intake({ outpost, store, keeping, tally, crew: symbols.crew });
  outpost.follow(picture, (next) => {
    now = next;
    intake.configure(next);
    watch.configure({ falsePagesPerWeek: next.falsePagesPerWeek, projects: projects() });
  });
  const { artifacts } = symbols;
  const leave = serveControl(outpost, { store, watch, projects, artifacts });
  const findings = findingsOf(outpost, store);
  let closed = false;
  const again = (ms: number, act: () => Promise<unknown>): void => {
    if (closed) return;
    clock.at(clock.now() + ms, () => {
      act()
        .catch((why: unknown) => outpost.note(String(why)))
        .finally(() => again(ms, act));
    });
  };
  // What is to go was counted before.
  const room = async (): Promise<number> => {
    await watch.tick();
    const at = clock.now();
    if (!now) return 0;
    const { storageBytesMax: bytesMax, keptMs } = now;
    return await makeRoom(store, { bytesMax, before: at - keptMs, now: at, keeping });
  };
  again(roomEveryMs, () => Promise.all([room(), symbols.makeRoom()]));
  const jobs = new MonitorWatch(outpost, store, projects);
  again(watchEveryMs, () => Promise.all([watch.tick(), jobs.tick()]));
  again(countEveryMs, reporting(outpost, tally));
  outpost.serve((request) => symbols.uploads.answer(request) ?? intake.answer(request));
  return {
    store,
    findings,
    watch,
    makeRoom: room,
    close: async () => {
      closed = true;
      findings.close();
      leave();
      await symbols.close();
      await store.close();
    },
  };
}

function openStore({ stores, clock, note }: Outpost): Store {
  const store = stores.open(inbox);
  store
    .write((tables) => noteAlgorithm(tables, clock.now()))
    .catch((why: unknown) => note(String(why)));
  return store;
}

/** What control asks for. */
function serveControl(
  { bus, clock }: Outpost,
  {
    store,
    watch,
    projects,
    artifacts,
  }: { store: Store; watch: Watch; projects: () => Map<number, string>; artifacts: Artifacts },
): () => void {
  return bus.serve(intakeCluster.name, {
    request: async ({ body }) => {
      const request = intakeCluster.schema.parse(body);
      switch (request.do) {
        case "where":
          return folded(store.tables);
        case "traffic":
          watch.hear(request.at, new Map(request.of.map((each) => [each.project, each])));
          return "noted";
        case "ask":
          return answerTo(store.tables, request, {
            projects: projects(),
            now: clock.now(),
            maps: (project, release) => artifacts.count(project, release),
          });
        case "fold": {
          const numbers = new Map([...projects()].map(([number, name]) => [name, number]));
          const { epoch, facts } = request;
          return await store
            .write((tables) => fold(tables, epoch, facts, numbers))
            .catch(fullInstead);
        }
      }
    },
  });
}

/** On a full disk no decision can be noted, but what is there can be asked. */
function fullInstead(why: unknown): "full" {
  if (why instanceof StoreFull) return "full";
  throw why;
}

/** Half an hour of one report a second. */
const reportsKeptMax = 1_800;

/** Tells control what was counted, in order; what it did not take waits. */
function reporting(outpost: Outpost, tally: Tally): () => Promise<void> {
  const waiting: IntakeReport[] = [];
  return async () => {
    const delta = tally.take();
    if (delta.series.length > 0) waiting.push({ kind: "counted", delta });
    while (waiting.length > 0) {
      const taken = await outpost.bus
        .request(intakeReport.name, waiting[0], { timeoutMs: answerWithinMs })
        .catch(() => undefined);
      if (taken === undefined) break;
      waiting.shift();
    }
    if (waiting.length > reportsKeptMax) waiting.splice(0, waiting.length - reportsKeptMax);
  };
}
