import type { LiveTold } from "../contract/orders.ts";
import { outcome } from "../contract/shape.ts";
import type { Hall } from "./hall.ts";
import { connectionsMax } from "./listener.ts";
import type { MachineNow } from "./machine-now.ts";

/** Processor time of this process in a second, as a part of one core. */
export type Load = { share(): number };

export function load(now: () => number): Load {
  let before = { at: now(), cpu: process.cpuUsage() };
  let share = 0;
  return {
    share() {
      const at = now();
      // Shorter than this says more about the clock's ticks.
      if (at - before.at < 500) return share;
      const { user, system } = process.cpuUsage(before.cpu);
      share = (user + system) / 1_000 / (at - before.at);
      before = { at, cpu: process.cpuUsage() };
      return share;
    },
  };
}

/** How often the log was synced in the last second, and for which part of it. */
class SyncMeter {
  recent = { syncsPerSecond: 0, syncShare: 0 };
  private before = { at: 0, count: 0, tookMs: 0 };
  private readonly hall: Hall;

  constructor(hall: Hall) {
    this.hall = hall;
    this.before = { at: hall.clocks.now(), ...hall.engine.disk.syncs };
  }

  look(): void {
    const { before } = this;
    const now = { at: this.hall.clocks.now(), ...this.hall.engine.disk.syncs };
    const elapsedMs = Math.max(1, now.at - before.at);
    this.before = now;
    this.recent = {
      syncsPerSecond: ((now.count - before.count) * 1_000) / elapsedMs,
      syncShare: Math.min(1, (now.tookMs - before.tookMs) / elapsedMs),
    };
  }
}

/**
 * Everything, or what changed; the cells of one question only, where `only` says which, and of `also` though they did not
 * change: who listens may have begun later.
 */
type Asked = { all: boolean; only?: number | undefined; also?: number | undefined };

/** What a hall tells control: how it does, and what it counted. */
export class Telling {
  private readonly hall: Hall;
  private readonly load: Load;
  private readonly answerUs: () => number | undefined;
  private readonly toldAt: number[];
  private recent = { perSecond: 0, ackMsP50: 0, ackMsP99: 0 };
  private recentAt = 0;
  private readonly machine: () => MachineNow;
  private readonly deaf: () => string | undefined;
  private readonly syncs: SyncMeter;

  constructor(
    hall: Hall,
    of: {
      load: Load;
      machine: () => MachineNow;
      answerUs: () => number | undefined;
      deaf: () => string | undefined;
    },
  ) {
    this.hall = hall;
    this.load = of.load;
    this.machine = of.machine;
    this.deaf = of.deaf;
    this.syncs = new SyncMeter(hall);
    this.answerUs = of.answerUs;
    this.toldAt = hall.run.shape.questions.map(() => -1);
  }

  /** The cells of questions that changed since they were last told, or of all; -1 stands for never told. */
  private questions({ all, only, also }: Asked): LiveTold["questions"] {
    const { count } = this.hall.engine;
    return count.questions.map(({ phase }, question) => {
      // Nobody needs to hear of a question that was not asked yet: a show of many would say a lot about nothing.
      const isNews =
        phase !== "coming" &&
        (only === undefined || only === question) &&
        (all || question === also || this.toldAt[question] !== this.nowAt(question));
      if (isNews && !all) this.toldAt[question] = this.nowAt(question);
      return { question, phase, ...(isNews && { cells: [...count.cells(question)] }) };
    });
  }

  get hasNews(): boolean {
    return this.hall.engine.count.questions.some(
      ({ phase }, question) => phase !== "coming" && this.toldAt[question] !== this.nowAt(question),
    );
  }

  /** Another number whenever there is something new to tell: that groups are erased is, so that nobody keeps them in memory. */
  private nowAt(question: number): number {
    const { questions, isFolded } = this.hall.engine.count;
    const answers = questions[question]?.answers ?? 0;
    return isFolded ? -2 - answers : answers;
  }

  take(of: Asked): LiveTold {
    const { hall } = this;
    const { meter, engine, clocks } = hall;
    const answerUs = this.answerUs();
    if (clocks.now() - this.recentAt >= 1_000) {
      this.recent = meter.take();
      this.recentAt = clocks.now();
      this.syncs.look();
    }
    const broken = meter.broken ?? this.deaf();
    return {
      ...{ run: hall.run.run, node: hall.node, epoch: engine.epoch, at: clocks.wall() },
      questions: this.questions(of),
      figures: {
        connections: hall.connections.size,
        relays: [...hall.connections].filter(({ isRelay }) => isRelay).length,
        recorded: engine.count.recorded,
        repeated: meter.counts[outcome.repeated] as number,
        refused: meter.refused(),
        ...this.recent,
        syncMs: engine.syncMs,
        cpuShare: this.load.share(),
        memoryBytes: process.memoryUsage.rss(),
        fanOutMs: hall.fanOutMs,
        logBytes: engine.logBytes,
        strain: {
          ...{ ...this.syncs.recent, ...this.machine(), ...hall.spread?.told() },
          syncMsAtStart: engine.disk.syncMsAtStart,
          connectionsMax,
        },
        ...(answerUs !== undefined && { answerUs }),
        ...(broken !== undefined && { broken }),
      },
    };
  }
}

/**
 * The same once all in it is on disk: what a crash takes away must not have been told, or it would stay in what others merged.
 * Where nothing becomes durable any more there are no counts to tell.
 */
export async function durably(hall: Hall, told: LiveTold): Promise<LiveTold> {
  const { engine } = hall;
  if (engine.isDurable(engine.lastGroup)) return told;
  const isSure = await hall.whenDurable(engine.lastGroup).then(
    () => true,
    () => false,
  );
  return isSure ? told : { ...told, questions: [], figures: { ...told.figures, recorded: 0 } };
}
