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
import { warmUp } from "./warm-up.ts";

/** Often enough that those who are there are never quiet for too long, and middleboxes keep the way open. */
const probeEveryMs = 50_000;

export type NodeOptions = {
  node: number;
  folder: string;
  clocks: Clocks;
  around: Around;
  elsewhere: Elsewhere;
  note: (message: string) => void;
  disk?: EngineOptions["disk"];
};

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
  private listener: Bun.TCPSocketListener<Connection> | undefined;
  private obeying: Promise<void> = Promise.resolve();
  private isWarm = false;
  private stopProbing = (): void => {};

  constructor(of: NodeOptions) {
    this.of = of;
    this.around = of.around;
    this.elsewhere = of.elsewhere;
  }

  get port(): number {
    return this.listener?.port ?? 0;
  }

  /** Goes where the picture says, one picture after the other. */
  obey(picture: LivePicture): Promise<void> {
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
          .catch((why: unknown) => this.of.note(`${run.run}: ${String(why)}`));
    }
    const named = new Set(picture.runs.map(({ run }) => run));
    for (const [name, hall] of this.halls) if (!named.has(name)) await this.end(name, hall);
    if (!this.isWarm && picture.runs.some(({ questions }) => questions.some(isArmed))) {
      this.isWarm = true;
      void warmUp(this.of.clocks, this.of.folder).then(
        (answerUs) => (this.answerUs = answerUs),
        (why: unknown) => this.of.note(`Not warmed up: ${String(why)}`),
      );
    }
    this.sweep(named);
    const own = picture.nodes.find(({ node }) => node === this.of.node);
    if (own && !this.listener) this.listen(own.hostname, own.port);
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
    this.halls.delete(name);
    await hall.stop();
    if (isRehearsal(name)) rmSync(this.folderOf(name), { recursive: true, force: true });
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

  listen(hostname: string, port: number): void {
    this.listener = listen(this, { hostname, port });
    this.probeLater();
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
    this.listener?.stop(true);
    await this.obeying;
    for (const hall of this.halls.values()) await hall.stop();
  }
}
