import { accessLogLines, type LastLine } from "../../contract.ts";
import type { Arriving } from "../arrival.ts";
import { textOf } from "../bytes.ts";
import type { Lane } from "../lanes.ts";
import type { RequestHead } from "../request-head.ts";
import type { Tally } from "../tallies.ts";
import type { Visitor } from "../visitor.ts";
import { Files, type Told } from "./files.ts";
import { combinedLine, type Entry, jsonLine } from "./line.ts";
import { Masking, truncated } from "./masking.ts";
import { AccessRecord, type Begun } from "./record.ts";
import type { AccessLogTarget } from "./settings.ts";

/** So many of the last lines are held in memory for whoever asks. */
const lastLinesMax = 500;
const fieldCharsMax = 4_096;

/** What one worker writes about its requests. */
export class AccessLog {
  readonly settings: AccessLogTarget;
  readonly #files: Files;
  readonly #masking: Masking;
  readonly #last: LastLine[] = [];
  #seq = 0;

  constructor(settings: AccessLogTarget, of: { path: string; tally: Tally }) {
    this.settings = settings;
    const told = Object.fromEntries(
      (["written", "dropped", "failed"] as const).map((outcome) => [
        outcome,
        of.tally.sum(accessLogLines, { outcome }),
      ]),
    ) as Record<Told, { add(n: number): void }>;
    this.#masking = new Masking(settings.masked);
    this.#files = new Files({
      path: of.path,
      bytesMax: settings.bytesMax,
      tell: (outcome, lines) => told[outcome].add(lines),
      sayDropped: (lines) =>
        settings.format === "json"
          ? `${JSON.stringify({ time: new Date().toISOString(), droppedLines: lines })}\n`
          : `# ${lines} lines were dropped here: the disk was too slow\n`,
    });
  }

  /** The log under these settings: the same one where nothing changed. */
  static under(
    known: AccessLog | undefined,
    settings: AccessLogTarget | undefined,
    of: { path: string | undefined; tally: Tally },
  ): AccessLog | undefined {
    const { path, tally } = of;
    if (known !== undefined && Bun.deepEquals(known.settings, settings)) return known;
    void known?.close();
    if (settings === undefined || path === undefined) return undefined;
    return new AccessLog(settings, { path, tally });
  }

  /** A record for this request; none where it is not among those that are written. */
  begin(
    { visitor, isHttp2 }: Arriving,
    head: RequestHead,
    of: { bytes: Buffer; lane: Lane | undefined },
  ): AccessRecord | undefined {
    if (!this.#isSampled()) return undefined;
    const { bytes, lane } = of;
    const text = (name: string): string | null => fieldOf(head, bytes, name);
    const referer = text("referer");
    const begun = {
      time: Date.now(),
      id: visitor.requestId,
      address: this.#shown(visitor.addressOf(head, bytes)),
      method: head.method,
      host: head.hasHost ? textOf(bytes, head.hostStart, head.hostEnd) : null,
      target: this.#masking.of(
        textOf(bytes, head.pathStart, head.targetEnd).slice(0, fieldCharsMax),
      ),
      protocol: protocolOf(head, isHttp2 === true),
      isSecure: visitor.origin.proto === "https",
      route: lane?.route.id ?? null,
      service: lane?.service.id ?? null,
      referer: referer === null ? null : this.#masking.of(referer),
      agent: text("user-agent"),
    } as const;
    return new AccessRecord(begun, performance.now(), this.#done);
  }

  /** A record for what could not be read as a request. */
  unreadable(visitor: Visitor): AccessRecord | undefined {
    if (!this.#isSampled()) return undefined;
    const { address, proto } = visitor.origin;
    const begun: Begun = {
      ...{ time: Date.now(), id: visitor.requestId, address: this.#shown(address) },
      ...{ method: "-", host: null, target: "-", isSecure: proto === "https" },
      protocol: "HTTP/1.1",
      ...{ route: null, service: null, referer: null, agent: null },
    };
    return new AccessRecord(begun, performance.now(), this.#done);
  }

  #isSampled(): boolean {
    const { share } = this.settings;
    return share >= 1 || Math.random() < share;
  }
  #shown(address: string): string | null {
    const { addresses } = this.settings;
    if (addresses === "none") return null;
    return addresses === "truncated" ? truncated(address) : address;
  }

  readonly #done = (entry: Entry): void => {
    const line = this.settings.format === "json" ? jsonLine(entry) : combinedLine(entry);
    this.#files.add(line);
    this.#last.push({ seq: ++this.#seq, at: entry.time, line });
    if (this.#last.length > lastLinesMax) this.#last.shift();
  };

  /** The newest lines after this one, the oldest first. */
  after(seq: number, max: number): LastLine[] {
    return this.#last.filter((each) => each.seq > seq).slice(-max);
  }

  flush(): Promise<void> {
    return this.#files.flush();
  }
  close(): Promise<void> {
    return this.#files.close();
  }
}

function protocolOf(head: RequestHead, isHttp2: boolean): Entry["protocol"] {
  if (isHttp2) return "HTTP/2";
  return head.minorVersion === 0 ? "HTTP/1.0" : "HTTP/1.1";
}

/** The first field of this name (lower case), cut where it is longer than anybody reads. */
function fieldOf(head: RequestHead, bytes: Buffer, name: string): string | null {
  for (let index = 0; index < head.count; index++) {
    const [start, end] = [head.lineStart(index), head.nameEnd(index)];
    if (end - start !== name.length || textOf(bytes, start, end).toLowerCase() !== name) continue;
    const from = head.valueStart(index);
    return textOf(bytes, from, Math.min(head.valueEnd(index), from + fieldCharsMax));
  }
  return null;
}
