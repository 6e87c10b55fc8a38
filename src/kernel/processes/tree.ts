import { fingerprint, type FullSpec } from "./defaults.ts";
import type { ProcessState } from "./process.ts";
import type { RunRecord } from "./records.ts";
import { adoptRun } from "./run.ts";
import { Supervised, type SupervisionPorts } from "./supervised.ts";

/** All the processes of a keeper: brought to what is wanted, changes one at a time. */
export class Tree {
  #ports: SupervisionPorts;
  #members = new Map<string, Supervised>();
  #wanted = new Map<string, FullSpec>();
  /** Told to stop, and in nobody's way until they have. */
  #departing = new Set<string>();
  #isReplacing = false;
  #isStopping = false;

  constructor(ports: SupervisionPorts) {
    this.#ports = ports;
  }

  states(): ProcessState[] {
    return [...this.#members.values()].map(({ state }) => state);
  }

  /**
   * Takes over what an earlier keeper left running: what is wanted and unchanged goes on without a break, the rest is
   * stopped before anything is started in its place.
   */
  async inherit(found: readonly RunRecord[], wanted: ReadonlyMap<string, FullSpec>): Promise<void> {
    const unwanted: RunRecord[] = [];
    for (const record of found) {
      const spec = wanted.get(record.spec.id);
      const isSame = spec !== undefined && fingerprint(spec) === record.fingerprint;
      if (!isSame || record.leaving || spec.kind === "control" || this.#members.has(spec.id)) {
        unwanted.push(record);
      } else {
        this.#add(spec).adopt(record);
      }
    }
    await Promise.all(unwanted.map((record) => adoptRun(record, this.#ports).stop()));
  }

  /** New ones start and vanished ones stop at once; changed ones are replaced one after the other. */
  want(wanted: ReadonlyMap<string, FullSpec>): void {
    if (this.#isStopping) return;
    this.#wanted = new Map(wanted);
    for (const [id, member] of this.#members) {
      if (!this.#wanted.has(id) && !this.#departing.has(id)) void this.#remove(id, member);
    }
    for (const [id, spec] of this.#wanted) {
      if (!this.#members.has(id)) this.#add(spec).start();
    }
    void this.#replaceChanged();
  }

  /** False when there is no such process. */
  async restart(id: string): Promise<boolean> {
    const member = this.#members.get(id);
    if (!member || this.#isStopping) return false;
    await member.restart();
    return true;
  }

  /** Workers drain first, while what they stand in front of still answers; control goes last, so that it hears it all. */
  async stopAll(): Promise<void> {
    this.#isStopping = true;
    for (const kind of ["worker", "service", "control"]) {
      const some = [...this.#members.values()].filter(({ spec }) => spec.kind === kind);
      await Promise.all(some.map((member) => member.stop()));
    }
    for (const member of this.#members.values()) member.close();
    this.#members.clear();
  }

  killAll(): void {
    this.#isStopping = true;
    for (const member of this.#members.values()) member.kill();
  }

  #add(spec: FullSpec): Supervised {
    const member = new Supervised(spec, this.#ports);
    this.#members.set(spec.id, member);
    return member;
  }

  async #remove(id: string, member: Supervised): Promise<void> {
    this.#departing.add(id);
    await member.stop();
    if (this.#isStopping) return; // Closed with all the others.
    member.close();
    this.#members.delete(id);
    this.#departing.delete(id);
    const wantedAgain = this.#wanted.get(id);
    if (wantedAgain) this.#add(wantedAgain).start();
  }

  async #replaceChanged(): Promise<void> {
    if (this.#isReplacing) return;
    this.#isReplacing = true;
    try {
      for (let next = this.#nextChanged(); next && !this.#isStopping; next = this.#nextChanged()) {
        await next.member.replace(next.spec);
      }
    } finally {
      this.#isReplacing = false;
    }
  }

  #nextChanged(): { member: Supervised; spec: FullSpec } | undefined {
    for (const [id, member] of this.#members) {
      const spec = this.#departing.has(id) ? undefined : this.#wanted.get(id);
      if (spec && fingerprint(spec) !== fingerprint(member.spec)) return { member, spec };
    }
    return undefined;
  }
}
