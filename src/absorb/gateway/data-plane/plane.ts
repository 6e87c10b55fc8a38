import { AccessLog } from "./access-log/access-log.ts";
import { Admission, type AdmissionFact } from "./admission/admission.ts";
import { lookAfter } from "./care/seen.ts";
import type { Cache } from "./cache/cache.ts";
import type { Client } from "./client.ts";
import type { Connection } from "./connection.ts";
import { type Chance, Ejections, type Fact } from "./ejection.ts";
import type { Picture } from "../../faults/contract.ts";
import { Faults } from "./faults/faults.ts";
import type { Additions } from "./forwarding.ts";
import type { Freezer } from "./freeze/freezer.ts";
import type { HeadLimits } from "./head.ts";
import { type Lane, Lanes } from "./lanes.ts";
import { Listeners } from "./listeners.ts";
import { textOf } from "./bytes.ts";
import { type Pages, pagesOf } from "./pages/pages.ts";
import { probe } from "./probing.ts";
import * as refusals from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Picture as Acquired } from "../../certificates/contract.ts";
import { Proofs } from "./proofs/proofs.ts";
import { RequestHead } from "./request-head.ts";
import type { Rooms } from "./room/rooms.ts";
import { covers, laneOf, RouteTable } from "./route-table.ts";
import { Service } from "./service.ts";
import { type PlaneStats, serviceStats } from "./stats.ts";
import { GatewaySnapshot, type GatewaySnapshotInput } from "./snapshot.ts";
import { Tallies, type Tally } from "./tallies.ts";
import { type CertificateNews, Certificates } from "./tls/certificates.ts";
import { TrustedProxies } from "./trusted.ts";
import type { Upstream } from "./upstream.ts";

/** How often deadlines are looked at; no timeout is more exact than this. */
const sweepMs = 100;
/** Room for a head and for a body that is written together with it. */
const scratchBytes = 262_144;
const headsKeptMax = 1_024;
/** How soon a renewed certificate is in use. */
const certificateLookMs = 1_000;

export type PlaneParts = {
  tally: Tally;
  hash32: (text: string) => number;
  tell?: (fact: Fact | AdmissionFact) => void;
  onCertificate?: (news: CertificateNews) => void;
  chance?: Chance;
  /** The file of the access log; without it there is none. */
  accessLogPath?: string;
};

/** One process's data plane: listens, takes requests through its snapshot to instances, counts. */
export class Plane {
  readonly tallies: Tallies;
  readonly ejections: Ejections;
  readonly admission: Admission;
  readonly hash: (text: string) => number;
  readonly tell: (fact: Fact | AdmissionFact) => void;
  readonly chance: Chance;
  readonly clients = new Set<Connection>();
  readonly upstreams = new Set<Upstream>();
  readonly heads: RequestHead[] = [];
  readonly scratch: Buffer = Buffer.allocUnsafeSlow(scratchBytes);
  /** Milliseconds, as old as the last sweep at most; for deadlines only. */
  now: number = performance.now();
  config: GatewaySnapshot = GatewaySnapshot.parse({});
  routes: RouteTable<Lane> = new RouteTable<Lane>([], () => {
    throw new Error("No routes yet.");
  });
  trusted: TrustedProxies = new TrustedProxies([]);
  additions: Additions = { forwarded: false, via: false };
  requestLimits: HeadLimits = headLimitsOf(this.config, "requestHeadBytesMax");
  responseLimits: HeadLimits = headLimitsOf(this.config, "responseHeadBytesMax");
  isDraining = false;
  /** The operator's own pages; absent where there are none. */
  pages: Pages | undefined = undefined;
  /** Absent where nothing goes wrong on purpose. */
  faults: Faults | undefined = undefined;
  /** Absent where nothing is cached. */
  cache: Cache | undefined = undefined;
  /** Absent where nothing is kept for freezing. */
  freeze: Freezer | undefined = undefined;
  /** Absent where nobody asked for one. */
  accessLog: AccessLog | undefined = undefined;
  readonly #accessLogPath: string | undefined;
  /** Absent where no authority is about to ask. */
  proofs: Proofs | undefined = undefined;
  /** Absent where nobody ever waits. */
  rooms: Rooms | undefined = undefined;
  #services = new Map<string, Service>();
  readonly #lanes: Lanes;
  onCertificate: (news: CertificateNews) => void;
  readonly #certificates: Certificates;
  readonly #listeners: Listeners;
  #lookingAtFiles: Timer;
  #sweeping: Timer;
  #fading: Timer;
  #onEmpty: (() => void) | undefined = undefined;

  constructor(parts: PlaneParts) {
    this.tallies = new Tallies(parts.tally);
    this.hash = parts.hash32;
    this.#accessLogPath = parts.accessLogPath;
    this.tell = parts.tell ?? (() => {});
    this.chance = parts.chance ?? Math.random;
    this.ejections = new Ejections(this.tell, this.chance);
    this.admission = new Admission(this.tallies, this.tell);
    const { tallies, admission, hash, chance } = this;
    this.#lanes = new Lanes({ tallies, admission, hash, chance });
    this.onCertificate = parts.onCertificate ?? (() => {});
    this.#certificates = new Certificates((news) => this.onCertificate(news));
    this.#listeners = new Listeners(this, this.#certificates);
    this.#sweeping = setInterval(() => this.#sweep(), sweepMs);
    this.#lookingAtFiles = setInterval(() => this.lookAtFiles(), certificateLookMs);
    this.#fading = setInterval(() => {
      if (this.faults?.isOver(Date.now()) === true) this.faults = undefined;
      for (const service of this.#services.values()) lookAfter(service, this);
    }, 1_000);
  }

  /** Takes over a snapshot: one swap for all requests to come; those under way go on as they began. */
  apply(input: GatewaySnapshotInput): void {
    const config = GatewaySnapshot.parse(input);
    this.#certificates.use(config.tls.certificates);
    // First what may fail: a port that cannot be opened leaves everything as it was.
    this.#listeners.become(config.listeners);
    const services = new Map<string, Service>();
    for (const target of config.services) {
      const known = this.#services.get(target.id);
      known?.update(target, this.tallies, config.drainMs);
      services.set(target.id, known ?? new Service(target, this.tallies));
    }
    for (const [id, service] of this.#services)
      if (!services.has(id)) service.retire(config.drainMs);
    this.#services = services;
    this.admission.use(config);
    this.routes = new RouteTable(config.routes, this.#lanes.from(config, services));
    this.admission.settle();
    this.trusted = new TrustedProxies(config.trustedProxies);
    this.additions = { forwarded: config.addForwarded, via: config.addVia };
    this.requestLimits = headLimitsOf(config, "requestHeadBytesMax");
    this.responseLimits = headLimitsOf(config, "responseHeadBytesMax");
    this.pages = pagesOf(config);
    this.config = config;
    const { tally } = this.tallies;
    const path = this.#accessLogPath;
    this.accessLog = AccessLog.under(this.accessLog, config.accessLog, { path, tally });
  }

  /** Lets things go wrong on purpose, as the picture says. */
  inject(picture: Picture): void {
    if (picture.faults.length === 0) this.faults = undefined;
    else (this.faults ??= new Faults(this.tallies.tally)).become(picture);
  }

  /** Where a request goes: the first route that its host and its path fit. */
  laneFor(head: RequestHead, bytes: Buffer): Lane | undefined {
    const ways = head.hasHost
      ? this.routes.ofHostBytes(bytes, head.hostStart, head.hostEnd)
      : this.routes.ofHost("");
    return laneOf(ways, bytes, head.pathStart, head.targetEnd);
  }

  /** Why a request goes nowhere. */
  whyNowhere(head: RequestHead, bytes: Buffer): Refusal {
    const ways = this.routes.ofHost(
      head.hasHost ? textOf(bytes, head.hostStart, head.hostEnd) : "",
    );
    const isSomewhere = ways.some((way) => covers(way, bytes, head.pathStart, head.targetEnd));
    return isSomewhere ? refusals.badRequest("ambiguous-path") : refusals.noRoute;
  }

  /** The ports that are open, in the order of the snapshot's listeners. */
  ports(): number[] {
    return this.#listeners.ports();
  }

  /** Takes over the certificates that Castor gets by itself, and what their authority will ask for. */
  acquire(picture: Acquired): void {
    this.proofs = picture.proofs.length === 0 ? undefined : new Proofs(picture);
    this.#certificates.acquire(picture.files);
    this.#reopen();
  }

  /** Renewed certificate files count from now on; connections that are open keep what they began with. */
  lookAtCertificates(): void {
    if (this.#certificates.look()) this.#reopen();
  }

  lookAtFiles(): void {
    this.lookAtCertificates();
    this.pages?.look();
  }

  #reopen(): void {
    try {
      this.#listeners.become(this.config.listeners);
    } catch (error) {
      process.stderr.write(`gateway: ${String(error)}\n`);
    }
  }

  welcome(client: Client): void {
    this.clients.add(client);
    if (this.clients.size <= this.config.limits.connectionsMax) return;
    client.refuse(refusals.tooManyConnections, true);
  }

  takeHead(): RequestHead {
    return this.heads.pop() ?? new RequestHead(this.requestLimits);
  }
  giveHeadBack(head: RequestHead): void {
    if (this.heads.length < headsKeptMax) this.heads.push(head);
  }

  left(client: Connection): void {
    this.clients.delete(client);
    if (this.clients.size === 0) this.#onEmpty?.();
  }

  #sweep(): void {
    const now = performance.now();
    this.now = now;
    for (const client of this.clients)
      if (client.deadline !== 0 && client.deadline <= now) client.expired();
    for (const each of this.upstreams)
      if (each.instance.cutAt <= now) each.cutOff();
      else if (each.deadline !== 0 && each.deadline <= now) each.expired();
    for (const service of this.#services.values()) {
      this.#probe(service, now);
      service.intake?.sweep(now);
      service.barrier?.sweep(now);
    }
  }

  #probe(service: Service, now: number): void {
    for (const instance of service.instances) {
      if (instance.ejected === "no" || instance.probeAt === 0 || instance.probeAt > now) continue;
      instance.probeAt = 0;
      void probe(instance, service.target.probe).then((isThere) => {
        if (isThere) this.ejections.readmit(service, instance, performance.now());
        else instance.probeAt = performance.now() + service.target.probe.everyMs;
      });
    }
  }

  stats(): PlaneStats {
    const services = [...this.#services.values()].map((each) => serviceStats(each, this.now));
    return { connections: this.clients.size, draining: this.isDraining, services };
  }

  /** Takes no new connections, says goodbye with each last answer, and resolves when everyone has gone or time is up. */
  async drain(drainMs: number): Promise<void> {
    this.isDraining = true;
    this.#listeners.stop(false);
    for (const client of this.clients) client.beginDrain();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEmpty = resolve;
    const enough = setTimeout(resolve, drainMs);
    // A request may be on its way on an idle connection: it gets an answer that says close.
    const idle = setTimeout(
      () => {
        for (const client of this.clients) client.endIfIdle();
      },
      Math.min(idleGraceMs, drainMs / 2),
    );
    if (this.clients.size === 0) resolve();
    await promise;
    clearTimeout(enough);
    clearTimeout(idle);
    this.stop();
  }

  /** At once: whatever is still running is cut off. */
  stop(): void {
    this.isDraining = true;
    this.#listeners.stop(true);
    for (const client of this.clients) client.terminate();
    for (const service of this.#services.values()) service.retire(0);
    for (const upstream of this.upstreams) upstream.terminate();
    clearInterval(this.#sweeping);
    clearInterval(this.#fading);
    clearInterval(this.#lookingAtFiles);
  }
}

/** How long a draining worker still takes requests on connections that were idle. */
const idleGraceMs = 1_000;

const headLimitsOf = (
  { limits }: GatewaySnapshot,
  bytes: "requestHeadBytesMax" | "responseHeadBytesMax",
): HeadLimits => ({
  headBytesMax: limits[bytes],
  headersMax: limits.headersMax,
  targetBytesMax: limits.targetBytesMax,
});
