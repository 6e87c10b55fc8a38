import type { Crew, Tables, Tally } from "#kernel";
import { type Json, recordOf, wordOf } from "../event/json.ts";
import { type Item, jsonOf } from "../wire/envelope.ts";
import type { Wait } from "../wire/replies.ts";
import { items as itemsCounter, lost as lostCounter } from "../contract.ts";
import { type Beside, readReports } from "../browser-reports/reports.ts";
import { categoryOf, keepAttachment, keepFeedback, lostOf, scrubbedAttachment } from "./items.ts";
import { keepCheckIn } from "../monitors/keep.ts";
import { keepSession, keepSessions } from "./sessions.ts";
import type { Keeping } from "./keep.ts";
import type { Picture } from "./picture.ts";
import type { Project } from "./projects.ts";
import type { Ready, Work } from "./ready.ts";

export type Sent = {
  project: Project;
  received: number;
  address: string;
  /** From the envelope's header. */
  event: string | undefined;
  sentAt: unknown;
  /** What a browser's report does not say itself. */
  beside?: Beside;
};
type Fault = { status: 400 | 413; why: string };

/** What one request brought: worked on item by item, then written whole or not at all. */
export class Parcel {
  /** The first thing that was wrong with it; what else it brought is kept all the same. */
  fault: Fault | undefined;
  /** Set when an event was turned away. */
  wait: Wait | undefined;
  event: string | undefined;
  readonly #sent: Sent;
  readonly #picture: Picture;
  readonly #tally: Tally;
  readonly #crew: Crew<Work, Ready | undefined>;
  readonly #writes: ((tables: Tables, keeping: Keeping) => void)[] = [];
  #hasEvent = false;
  readonly #counts: [category: string, outcome: string][] = [];

  constructor(
    sent: Sent,
    of: { picture: Picture; tally: Tally; crew: Crew<Work, Ready | undefined> },
  ) {
    this.#sent = sent;
    this.#picture = of.picture;
    this.#tally = of.tally;
    this.#crew = of.crew;
    this.event = sent.event;
  }

  get isEmpty(): boolean {
    return this.#writes.length === 0;
  }

  async add(item: Item, newId: () => string): Promise<void> {
    if (item.type === "raw_security") return await this.#takeReports(item, newId);
    const outcome =
      item.type === "event" ? await this.#takeEvent(item.payload, newId) : this.#take(item);
    this.#counts.push([categoryOf(item.type), outcome]);
  }

  /** Within a transaction. */
  write(tables: Tables, keeping: Keeping): void {
    for (const write of this.#writes) write(tables, keeping);
  }

  /** Once it is durable; or with another outcome, when it could not be made so. */
  count(outcome?: string): void {
    const project = this.#sent.project.name;
    for (const [category, was] of this.#counts)
      this.#tally.sum(itemsCounter, { project, category, outcome: outcome ?? was }).add();
  }

  #take(item: Item): string {
    switch (item.type) {
      case "attachment":
        return this.#takeAttachment(item);
      case "client_report":
        return this.#takeReport(item);
      default:
        return this.#takeSmall(item);
    }
  }

  /** Each report of a browser is an event of its own; what a visitor's own software did is counted as noise. */
  async #takeReports({ payload }: Item, newId: () => string): Promise<void> {
    const read =
      payload.length > this.#picture.eventBytesMax
        ? undefined
        : readReports(jsonOf(payload), this.#sent.beside ?? {});
    const count = (outcome: string): void => void this.#counts.push(["security", outcome]);
    if (!read)
      return count(this.#refuse(400, "This is no report of a browser, nor a list of them."));
    for (let n = 0; n < read.noise; n++) count("noise");
    for (let n = 0; n < read.others; n++) count("counted");
    for (const event of read.events)
      count(await this.#takeEvent(Buffer.from(JSON.stringify(event)), newId));
  }

  async #takeEvent(payload: Uint8Array, newId: () => string): Promise<string> {
    const { eventBytesMax } = this.#picture;
    if (payload.length > eventBytesMax)
      return this.#refuse(413, `The event has more than ${eventBytesMax} bytes.`);
    const { project, received, sentAt, address } = this.#sent;
    const wait = project.admit(received);
    if (wait) {
      this.wait = wait;
      return "over-quota";
    }
    const ids = [this.#sent.event, newId()];
    const { scrub } = project;
    const { number } = project;
    const task = {
      ...{ project: number, payload: payload.slice(), scrub },
      ...{ received, sentAt, ids, address },
    };
    const ready = await this.#crew.work(task);
    if (!ready) return this.#refuse(400, "The event is no JSON object.");
    this.event = ready.id;
    this.#hasEvent = true;
    const count = this.#counts.length;
    this.#writes.push((tables, keeping) => {
      const { duplicate } = keeping.keep(tables, { project, ...ready });
      const counted = this.#counts[count];
      if (duplicate && counted) this.#counts[count] = [counted[0], "duplicate"];
    });
    return "kept";
  }

  #takeAttachment({ header, payload }: Item): string {
    const { event } = this;
    // Without its event it would belong to nothing, and nothing would ever take it away.
    if (event === undefined || !this.#hasEvent || payload.length > this.#picture.attachmentBytesMax)
      return "counted";
    const attachment = scrubbedAttachment({
      name: wordOf(header["filename"]) ?? "attachment",
      type: wordOf(header["content_type"], 100) ?? "application/octet-stream",
      body: payload.slice(),
    });
    const of = { project: this.#sent.project.number, received: this.#sent.received, event };
    this.#writes.push((tables) => keepAttachment(tables, attachment, of));
    return "kept";
  }

  #takeReport({ payload }: Item): string {
    const report = recordOf(jsonOf(payload));
    if (!report) return this.#refuse(400, "The client report is no JSON object.");
    const project = this.#sent.project.name;
    for (const { reason, category, quantity } of lostOf(report))
      this.#tally.sum(lostCounter, { project, reason, category }).add(quantity);
    return "counted";
  }

  #takeSmall({ type, payload }: Item): string {
    const keep = small[type];
    if (!keep) return "counted";
    if (!this.#sent.project.admitSmall(this.#sent.received)) return "over-quota";
    const sent = recordOf(jsonOf(payload));
    if (!sent) return this.#refuse(400, `The ${type} is no JSON object.`);
    const { number, name } = this.#sent.project;
    const of = { project: number, name, received: this.#sent.received };
    this.#writes.push((tables) => keep(tables, sent, of));
    return "kept";
  }

  #refuse(status: 400 | 413, why: string): string {
    this.fault ??= { status, why };
    return "refused";
  }
}

const small: Readonly<
  Record<
    string,
    (tables: Tables, sent: Json, of: { project: number; name: string; received: number }) => void
  >
> = {
  feedback: keepFeedback,
  user_report: keepFeedback,
  session: keepSession,
  sessions: keepSessions,
  check_in: keepCheckIn,
};
