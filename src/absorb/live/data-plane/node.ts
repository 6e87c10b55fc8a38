import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LivePicture, QuestionOrder, Run } from "../contract/orders.ts";
import { isRehearsal } from "../contract/show.ts";
import { Engine } from "../engine/engine.ts";
import type { EngineOptions } from "../engine/engine.ts";
import { eraseUnread } from "../engine/folder.ts";
import { LogDamaged } from "../engine/segment.ts";
import type { Connection } from "./connection.ts";
import { answered } from "./door.ts";
import { type Clocks, Hall } from "./hall.ts";
import { answerSaid } from "./http.ts";
import { listen } from "./listener.ts";
import { letGo, probe, type Around } from "./player.ts";
import type { Elsewhere, Node } from "./routes.ts";
import { roomAt } from "./machine-now.ts";
import { warmUp } from "./warm-up.ts";

/** Often enough that those who are there are never quiet for too long, and middleboxes keep the way open. */
const probeEveryMs = 50_000;
/** What could not be begun, or had no room on the disk, is tried again so often. */
const againEveryMs = 1_000;
/** More than the groups that gather in a moment: what goes on with less would stop again at once. */
const roomBytesMin = 1024 * 1024;

export type NodeOptions = {
  node: number;
  folder: string;
  clocks: Clocks;
  around: Around;
  elsewhere: Elsewhere;
  note: (message: string) => void;
  disk?: EngineOptions["disk"];
};

/** Where it listens, and did before. */
type Ear = { hostname: string; port: number; listener: Bun.TCPSocketListener<Connection> };

const isArmed = ({ state }: QuestionOrder): boolean => state === "armed";

/** A node: the process that counts for its participants, in every run that is on. */
export class LiveNode implements Node {
  readonly halls = new Map<string, Hall>();
  readonly around: Around;
  readonly elsewhere: Elsewhere;
  connections = 0;
  /** What the warm-up measured. */
  answerUs: number | undefined;
  private readonly of: NodeOptions;
  private ear: Ear | undefined;
  /** Where it listened before: who is connected there stays. */
  private readonly formerEars: Ear[] = [];
  private picture: LivePicture | undefined;
  /** Why runs that this node should count are not here: their answers reach nobody. */
  readonly unbegun = new Map<string, { why: string; mayPass: boolean }>();
  /** Why nobody can connect where they should. */
  deaf: string | undefined;
  private stopTrying = (): void => {};
  private obeying: Promise<void> = Promise.resolve();
  private isWarm = false;
  private stopProbing = (): void => {};

  constructor(of: NodeOptions) {
    this.of = of;
    this.around = of.around;
    this.elsewhere = of.elsewhere;
    this.probeLater();
  }

  get number(): number {
    return this.of.node;
  }

  get port(): number {
    return this.ear?.listener.port ?? 0;
  }

  /** Goes where the picture says, one picture after the other. */
  obey(picture: LivePicture): Promise<void> {
    this.picture = picture;
    this.obeying = this.obeying
      .then(() => this.apply(picture))
      .catch((why: unknown) => this.of.note(String(why)));
    return this.obeying;
  }

  private async apply(picture: LivePicture): Promise<void> {
    for (const run of picture.runs) {
      const hall = this.halls.get(run.run);
      if (hall) {
        hall.obey(run);
        letGo(hall);
      } else
        await this.begin(run)
          .catch((why: unknown) => this.beginErased(run, why))
          .then(
            () => this.unbegun.delete(run.run),
            (why: unknown) => this.lacks(run.run, why),
          );
    }
    const named = new Set(picture.runs.map(({ run }) => run));
    for (const [name, hall] of this.halls) if (!named.has(name)) await this.end(name, hall);
    for (const name of this.unbegun.keys()) if (!named.has(name)) this.unbegun.delete(name);
    if (!this.isWarm && picture.runs.some(({ questions }) => questions.some(isArmed))) {
      this.isWarm = true;
      void warmUp(this.of.clocks, this.of.folder).then(
        (answerUs) => (this.answerUs = answerUs),
        (why: unknown) => this.of.note(`Not warmed up: ${String(why)}`),
      );
    }
    this.sweep(named);
    const own = picture.nodes.find(({ node }) => node === this.of.node);
    if (own) this.hearAt(own);
    this.tryLater();
  }

  private lacks(run: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (this.unbegun.get(run)?.why !== why) this.of.note(`${run}: ${why}`);
    // What the system refuses, it may grant later; a log that is damaged stays so.
    this.unbegun.set(run, { why, mayPass: error instanceof Error && "code" in error });
  }

  /** What failed for want of room, or of a port, goes on by itself once there is some. */
  private tryLater(): void {
    this.stopTrying();
    this.stopTrying = this.of.clocks.after(againEveryMs, () => {
      const full = [...this.halls].filter(([, { engine }]) => engine.hadNoRoom);
      const { picture } = this;
      const isWaiting =
        full.length > 0 || [...this.unbegun.values()].some(({ mayPass }) => mayPass);
      if (picture && (this.deaf !== undefined || (isWaiting && this.hasRoom()))) {
        this.obeying = this.obeying.then(async () => {
          for (const [name, hall] of full) await this.leave(name, hall);
        });
        void this.obey(picture);
      } else this.tryLater();
    });
  }

  private hasRoom(): boolean {
    return (roomAt(this.of.folder)?.freeBytes ?? Infinity) >= roomBytesMin;
  }

  private async begin(run: Run): Promise<void> {
    const { node, clocks, note, disk } = this.of;
    const engine = await Engine.open({
      folder: this.folderOf(run.run),
      shape: run.shape,
      share: { node, nodes: run.nodes },
      onSettled: () => this.halls.get(run.run)?.settle(),
      ...(disk ? { disk } : {}),
    });
    const hall = new Hall({
      ...{ run, node, engine, clocks, note },
      http: (owed) => answered(this, owed.to, answerSaid(owed)),
    });
    this.halls.set(run.run, hall);
    hall.obey(run);
  }

  /** What is damaged counts no more, but what is to be erased has to go all the same. */
  private async beginErased(run: Run, why: unknown): Promise<void> {
    if (!(why instanceof LogDamaged) || !run.isErased) throw why;
    this.of.note(`${run.run}: erased without its counts: ${String(why)}`);
    eraseUnread(this.folderOf(run.run));
    await this.begin(run);
  }

  /** A rehearsal leaves nothing; a show's count stays until somebody deletes it. */
  private async end(name: string, hall: Hall): Promise<void> {
    await this.leave(name, hall);
    if (isRehearsal(name)) rmSync(this.folderOf(name), { recursive: true, force: true });
  }

  private async leave(name: string, hall: Hall): Promise<void> {
    this.halls.delete(name);
    await hall.stop();
  }

  /** A rehearsal that ended while this node was away has left its folder here. */
  private sweep(named: ReadonlySet<string>): void {
    const { folder } = this.of;
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (isRehearsal(name) && !named.has(name))
        rmSync(join(folder, name), { recursive: true, force: true });
  }

  private folderOf(run: string): string {
    return join(this.of.folder, run);
  }

  /** Listens there from now on; who is connected where it was before stays. */
  private hearAt({ hostname, port }: Omit<Ear, "listener">): void {
    const before = this.deaf;
    this.deaf = undefined;
    if (this.ear?.hostname === hostname && this.ear.port === port) return;
    // One port cannot be had twice, also at another address.
    if (this.ear?.port === port) this.leaveEar();
    try {
      const listener = listen(this, { hostname, port });
      this.leaveEar();
      this.ear = { hostname, port, listener };
    } catch (why) {
      this.deaf = `nobody can connect at ${hostname}:${port}: ${why instanceof Error ? why.message : String(why)}`;
      if (this.deaf !== before) this.of.note(this.deaf);
    }
  }

  private leaveEar(): void {
    if (this.ear === undefined) return;
    this.ear.listener.stop(false);
    this.formerEars.push(this.ear);
    this.ear = undefined;
  }

  private probeLater(): void {
    this.stopProbing = this.of.clocks.after(probeEveryMs, () => {
      for (const hall of this.halls.values()) {
        letGo(hall);
        for (const connection of hall.connections) probe(connection, hall);
      }
      this.probeLater();
    });
  }

  async stop(): Promise<void> {
    this.stopProbing();
    for (const each of [...this.formerEars, this.ear]) each?.listener.stop(true);
    await this.obeying;
    this.stopTrying();
    for (const hall of this.halls.values()) await hall.stop();
  }
}
