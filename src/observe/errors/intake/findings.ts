import type { Outpost, Store, Tables } from "#kernel";
import { topic } from "#kernel/contract";
import * as z from "zod";
import { Evidence } from "../contract.ts";

const ofWatched = { issue: z.string().optional(), project: z.string() };

/** What the intake found that is worth a decision; control turns it into facts. */
export const Finding = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("created"),
    issue: z.string(),
    project: z.string(),
    type: z.string(),
    value: z.string(),
    culprit: z.string(),
    level: z.string(),
    platform: z.string(),
    near: z.string(),
    /** By the rules of paths. */
    owner: z.string().optional(),
    at: z.number(),
    release: z.string().optional(),
    environment: z.string().optional(),
  }),
  /** A resolved issue came again. */
  z.object({
    kind: z.literal("returned"),
    issue: z.string(),
    at: z.number(),
    release: z.string().optional(),
  }),
  /** Maps that came late showed that one error is another: nothing is left of it. */
  z.object({ kind: z.literal("joined"), issue: z.string(), into: z.string() }),
  /** A release that nothing had come from before. */
  z.object({
    kind: z.literal("release"),
    project: z.string(),
    release: z.string(),
    environment: z.string().optional(),
    at: z.number(),
  }),
  /** What a snooze waited for has come. */
  z.object({ kind: z.literal("woke"), issue: z.string(), why: z.string() }),
  /** Of one issue; without it, of all errors of the project together. */
  z.object({ kind: z.literal("spiked"), ...ofWatched, evidence: Evidence }),
  z.object({ kind: z.literal("ramped"), ...ofWatched, evidence: Evidence }),
  z.object({ kind: z.literal("calmed"), ...ofWatched, at: z.number(), lastedMs: z.number() }),
  z.object({
    kind: z.literal("silent"),
    project: z.string(),
    at: z.number(),
    expected: z.number(),
    chance: z.number(),
  }),
  z.object({ kind: z.literal("heard"), project: z.string(), at: z.number() }),
  /** A job that checks in fails, or works again. */
  z.object({
    kind: z.literal("monitor"),
    project: z.string(),
    monitor: z.string(),
    environment: z.string(),
    news: z.discriminatedUnion("what", [
      z.object({
        what: z.literal("failed"),
        why: z.enum(["missed", "error", "overran"]),
        at: z.number(),
        inRow: z.number(),
        expectedAt: z.number().optional(),
      }),
      z.object({ what: z.literal("recovered"), at: z.number(), lastedMs: z.number() }),
    ]),
  }),
]);
export type Finding = z.infer<typeof Finding>;

/** The bus cluster that control serves for the intake. Repeated until answered, so each finding has an id that makes it count once. */
export const intakeReport = topic(
  "errors.control",
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("found"),
      findings: z.array(z.object({ id: z.string(), finding: Finding })),
    }),
    z.object({ kind: z.literal("counted"), delta: z.unknown() }),
  ]),
);
export type IntakeReport = z.infer<typeof intakeReport.schema>;

/** Notes a finding in the transaction that found it. */
export const tell = (tables: Tables, finding: Finding): void =>
  tables.run("INSERT INTO outbox (finding) VALUES (?)", JSON.stringify(finding));

const togetherMax = 100;
const answerWithinMs = 5_000;
const againMs = 500;

/** Hands the outbox to control in order, again and again until it was taken. */
export class Findings {
  readonly #outpost: Outpost;
  readonly #store: Store;
  /** A store that was begun anew counts from one again. */
  readonly #life: string;
  #busy = false;
  #closed = false;

  constructor(outpost: Outpost, store: Store, life: string) {
    this.#outpost = outpost;
    this.#store = store;
    this.#life = life;
    this.#plan(0);
  }

  close(): void {
    this.#closed = true;
  }

  #plan(ms: number): void {
    const { clock } = this.#outpost;
    clock.at(clock.now() + ms, () => void this.flush());
  }

  /** Sends what waits; comes back by itself. */
  async flush(): Promise<void> {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    let sent = 0;
    try {
      sent = await this.#send();
    } catch {
      // Control is away: it hears of it when it is back.
    } finally {
      this.#busy = false;
      if (!this.#closed) this.#plan(sent === togetherMax ? 0 : againMs);
    }
  }

  async #send(): Promise<number> {
    const rows = this.#store.tables.all<{ id: number; finding: string }>(
      "SELECT id, finding FROM outbox ORDER BY id LIMIT ?",
      togetherMax,
    );
    const last = rows.at(-1)?.id;
    if (last === undefined) return 0;
    const findings = rows.map(({ id, finding }) => ({
      id: `${this.#life}/${id}`,
      finding: JSON.parse(finding) as Finding,
    }));
    const report: IntakeReport = { kind: "found", findings };
    await this.#outpost.bus.request(intakeReport.name, report, { timeoutMs: answerWithinMs });
    await this.#store.write((tables) => tables.run("DELETE FROM outbox WHERE id <= ?", last));
    return rows.length;
  }
}
