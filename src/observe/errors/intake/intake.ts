import {
  BodyRefused,
  type Crew,
  decodeBody,
  type Outpost,
  readBytes,
  Room,
  type Store,
  StoreFull,
  type Tally,
} from "#kernel";
import type { Beside } from "../browser-reports/reports.ts";
import { known } from "../event/json.ts";
import { keyOf, readDsn, type Target, targetOf } from "../wire/address.ts";
import { BadEnvelope, type Envelope, readEnvelope } from "../wire/envelope.ts";
import { checkInEnvelope } from "../wire/cron.ts";
import { storeBody, storeType } from "../wire/store.ts";
import { later, preflight, refused, taken, type Wait } from "../wire/replies.ts";
import type { Keeping } from "./keep.ts";
import { Parcel } from "./parcel.ts";
import type { Picture } from "./picture.ts";
import { type Project, projectsOf } from "./projects.ts";
import type { Ready, Work } from "./ready.ts";
import { Together } from "./together.ts";
import { Turns } from "./turns.ts";
import { addressHeader } from "./topics.ts";

/** Bodies that are being worked on, as sent and as decoded, together; more wait at the sender. */
const bytesAtOnceMax = 96_000_000;
/** Events that are worked on at once: enough for each thread to find the next one waiting, and for a transaction. */
const atWorkMax = 16;
/** What is smaller is looked into also when the project may send no more events: it may be a session or a check-in. */
const smallBytes = 16_384;
const busyWait: Wait = { seconds: 2, categories: [], reason: "busy" };
const fullWait: Wait = { seconds: 60, categories: [], reason: "storage" };

/** Answers SDKs. What it says 200 to is on disk. */
export class Intake {
  readonly #outpost: Outpost;
  readonly #together: Together;
  readonly #tally: Tally;
  readonly #crew: Crew<Work, Ready | undefined>;
  #picture: Picture | undefined;
  #projects: ReadonlyMap<number, Project> = new Map();
  readonly #room = new Room(bytesAtOnceMax);
  readonly #turns = new Turns(atWorkMax);

  constructor(of: {
    outpost: Outpost;
    store: Store;
    keeping: Keeping;
    tally: Tally;
    crew: Crew<Work, Ready | undefined>;
  }) {
    this.#outpost = of.outpost;
    const { store, keeping } = of;
    this.#together = new Together({ store, keeping });
    this.#tally = of.tally;
    this.#crew = of.crew;
  }

  configure(picture: Picture): void {
    this.#projects = projectsOf(picture, this.#projects);
    this.#picture = picture;
  }

  project(number: number): Project | undefined {
    return this.#projects.get(number);
  }

  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const target = targetOf(pathname);
    if (!target)
      return refused(
        404,
        /\/(minidump|unreal|playstation)\//.test(`${pathname}/`)
          ? "Castor reads no memory dumps: let the SDK send events (`inproc` in sentry-native)."
          : "There is no such endpoint: is the DSN's path right?",
      );
    if (request.method === "OPTIONS") return preflight();
    const mayGet = target !== "tunnel" && target.endpoint === "cron" && request.method === "GET";
    if (request.method !== "POST" && !mayGet) return refused(405, "Use POST.");
    const picture = this.#picture;
    if (!picture) return later(503, "The inbox is starting.", busyWait);
    const key = keyOf(request.headers, searchParams, target);
    const early = this.#turnedAway(request, target, key);
    if (early) return early;
    const room = this.#room.share();
    try {
      const body = decodeBody(
        await readBytes(request, picture.bodyBytesMax, room),
        request.headers.get("content-encoding"),
        picture.decodedBytesMax,
      );
      room.take(body.byteLength);
      return await this.#take(request, picture, { target, key, body });
    } catch (why) {
      if (why instanceof BodyRefused)
        return why.status === 429
          ? later(429, why.message, busyWait)
          : refused(why.status, why.message);
      if (why instanceof BadEnvelope) return refused(400, why.message);
      // Ours, not the sender's: it may come again, and nobody else is to suffer.
      this.#outpost.note(`A request broke: ${why instanceof Error ? why.stack : String(why)}`);
      return later(503, "The inbox could not keep this.", busyWait);
    } finally {
      room.giveBack();
    }
  }

  /** Before anything of the body is read: a wrong key, or a large body for a project that may send no more. */
  #turnedAway(request: Request, target: Target, key: string | undefined): Response | undefined {
    if (target === "tunnel" || key === undefined) return undefined;
    const project = this.#allowed(target.project, key);
    if (!project) return refused(403, "No project with that number and key.");
    const wait = project.wait(this.#outpost.clock.now());
    const bytes = Number(request.headers.get("content-length") ?? 0);
    if (!wait || bytes <= smallBytes) return undefined;
    return later(429, "The project has sent as many events as it may for now.", wait);
  }

  #allowed(number: number, key: string): Project | undefined {
    const project = this.#projects.get(number);
    return project?.lets(key) ? project : undefined;
  }

  async #take(
    request: Request,
    picture: Picture,
    { target, key, body }: { target: Target; key: string | undefined; body: Uint8Array },
  ): Promise<Response> {
    const envelope = envelopeOf(target, request, { body, bytesMax: picture.decodedBytesMax });
    const dsn = readDsn(envelope.header["dsn"]);
    const number = target === "tunnel" ? dsn?.project : target.project;
    // In a tunnel, and where a browser may set no header, the envelope itself says whose it is.
    const said = key ?? (dsn?.project === number ? dsn?.key : undefined);
    if (number === undefined || said === undefined)
      return refused(
        401,
        "No key: send sentry_key in the query, in X-Sentry-Auth, or a dsn in the envelope.",
      );
    const project = this.#allowed(number, said);
    if (!project) return refused(403, "No project with that number and key.");
    const { clock } = this.#outpost;
    const id = envelope.header["event_id"];
    const parcel = new Parcel(
      {
        project,
        received: clock.now(),
        address: request.headers.get(addressHeader) ?? "",
        event: typeof id === "string" ? id.replaceAll("-", "").toLowerCase() : undefined,
        sentAt: envelope.header["sent_at"],
        beside: besideReports(request),
      },
      { picture, tally: this.#tally, crew: this.#crew },
    );
    await this.#turns.take(project.number, () =>
      this.#together.expect(async () => {
        // A file belongs to the event of its envelope, wherever in it that stands.
        const eventFirst = envelope.items.toSorted(
          (a, b) => Number(b.type === "event") - Number(a.type === "event"),
        );
        for (const item of eventFirst) await parcel.add(item, () => clock.id().replaceAll("-", ""));
      }),
    );
    return await this.#keep(parcel, project);
  }

  async #keep(parcel: Parcel, project: Project): Promise<Response> {
    try {
      if (!parcel.isEmpty) await this.#together.write(parcel);
    } catch (why) {
      parcel.count("refused");
      this.#outpost.note(`An event could not be kept: ${String(why)}`);
      return why instanceof StoreFull
        ? later(503, "The inbox's disk is full: nothing was kept.", fullWait)
        : later(503, "The inbox could not keep this.", busyWait);
    }
    parcel.count();
    const { fault, wait, event } = parcel;
    if (wait) return later(429, "The project has sent as many events as it may for now.", wait);
    if (fault) return refused(fault.status, fault.why);
    const next = project.wait(this.#outpost.clock.now());
    return taken(event, next ? [next] : []);
  }
}

/** Reports of browsers say in the address what an SDK says in an event. */
function besideReports({ url, headers }: Request): Beside {
  const { searchParams } = new URL(url);
  return known({
    agent: headers.get("user-agent") ?? undefined,
    release: searchParams.get("sentry_release") ?? undefined,
    environment: searchParams.get("sentry_environment") ?? undefined,
  });
}

/** The older endpoint takes a bare event, the one for reports of browsers a report, the one for jobs as good as nothing. */
function envelopeOf(
  target: Target,
  { url }: Request,
  { body, bytesMax }: { body: Uint8Array; bytesMax: number },
): Envelope {
  if (target === "tunnel" || target.endpoint === "envelope") return readEnvelope(body);
  if (target.endpoint === "cron") return checkInEnvelope(target, new URL(url).searchParams, body);
  const isStore = target.endpoint === "store";
  const payload = isStore ? storeBody(body, bytesMax) : body;
  const type = isStore ? storeType(payload) : "raw_security";
  return { header: {}, items: [{ type, header: { type }, payload }] };
}
