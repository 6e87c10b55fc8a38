import { calm, stripOf } from "./calm.ts";
import type {
  GatewayNow,
  LogEvent,
  Service,
  ServiceInstance,
} from "../../src/console/live/shapes.ts";

const STEP_MS = 10_000;
const POINTS = 60;
const STRIP = 64;

type Row = { at: number; requests: Record<string, number>; p: number[]; visitors: number };

/** A shop at the moment a video about it went round: believable figures that move, and one instance that fails. */
export class FakeWorld {
  #turn = 0;
  #ill: string | undefined;
  readonly events: LogEvent[] = [];
  readonly #strips = new Map<string, ("ok" | "fail")[]>();
  readonly #history: Row[] = [];
  readonly #since = Date.now() - 4 * 3_600_000;
  #healthSince = this.#since;

  constructor(ill?: string) {
    this.#ill = ill;
    if (ill) this.#healthSince = Date.now() - 95_000;
    for (const id of ["shop-1", "shop-2", "shop-3", "search-1"])
      this.#strips.set(id, Array(STRIP).fill("ok"));
    const end = Math.floor(Date.now() / STEP_MS) * STEP_MS;
    for (let point = POINTS; point > 0; point -= 1) this.#record(end - point * STEP_MS);
    this.#seedLog();
    if (ill) for (let beat = 0; beat < 19; beat += 1) this.#beat();
  }

  get turn(): number {
    return this.#turn;
  }

  /** What happens in a second. */
  tick(): void {
    this.#turn += 1;
    const last = this.#history.at(-1)?.at ?? 0;
    if (Date.now() - last > STEP_MS) this.#record(last + STEP_MS);
    if (this.#turn % 3 === 0) this.#beat();
  }

  #level(at: number): number {
    const minutes = (Date.now() - at) / 60_000;
    const buzz = 1 / (1 + Math.exp((minutes - 5.2) * 2.1));
    const wobble =
      Math.sin(at / 17_000) * 0.05 + Math.sin(at / 47_000) * 0.06 + Math.sin(at / 7_100) * 0.03;
    return (210 + 1350 * buzz) * (1 + wobble);
  }

  #record(at: number): void {
    const rate = this.#level(at);
    const ill = this.#ill !== undefined && Date.now() - at < 95_000;
    const p50 = 6 + rate / 160 + Math.sin(at / 21_000);
    this.#history.push({
      at,
      requests: {
        "2xx": rate * (ill ? 0.9 : 0.93),
        "3xx": rate * 0.04,
        "4xx": rate * (0.022 + Math.abs(Math.sin(at / 33_000)) * 0.012),
        "5xx": ill ? rate * 0.016 : rate > 1200 ? rate * 0.0007 : 0,
      },
      p: [
        p50,
        p50 * 3.4 + Math.sin(at / 9_000) * 4,
        p50 * 7 + Math.abs(Math.sin(at / 13_000)) * 30,
      ],
      visitors: rate / 6.4,
    });
    if (this.#history.length > POINTS) this.#history.shift();
  }

  #beat(): void {
    for (const [id, strip] of this.#strips) {
      strip.push(id === this.#ill ? "fail" : "ok");
      strip.shift();
    }
  }

  now(): GatewayNow {
    const at = Date.now();
    const jitter = 1 + Math.sin(at / 900) * 0.02;
    const last = this.#history.at(-1);
    const rate = this.#level(at) * jitter;
    const p = last?.p ?? [0, 0, 0];
    const statusOf = (name: string) => (last?.requests[name] ?? 0) * jitter;
    return {
      at,
      visitorsPerSecond: rate / 6.4,
      requestsPerSecond: rate,
      protocols: { "HTTP/1.1": 9, "HTTP/2": 41 },
      statusClasses: {
        "2xx": statusOf("2xx"),
        "3xx": statusOf("3xx"),
        "4xx": statusOf("4xx"),
        "5xx": statusOf("5xx"),
      },
      latencyMs: { p50: p[0] ?? 0, p95: p[1] ?? 0, p99: p[2] ?? 0 },
      history: this.#pastNow(),
      listeners: ["http://127.0.0.1:8080"],
      bytesPerSecond: { in: rate * 420, out: rate * 18_400 },
      retriesPerSecond: this.#ill ? 1.4 : 0,
      services: this.#carried(rate, p),
      refusals: [
        { reason: "no-route", perSecond: 0.4 },
        { reason: "header-too-large", perSecond: 0.02 },
      ],
      workers: [
        { id: "gateway-1", pid: 4211, connections: Math.round(rate / 5) },
        { id: "gateway-2", pid: 4212, connections: Math.round(rate / 5) + 7 },
      ],
    };
  }

  #pastNow(): GatewayNow["history"] {
    const column = (pick: (row: Row) => number) => this.#history.map(pick);
    return {
      stepMs: STEP_MS,
      at: column((row) => row.at),
      requests: Object.fromEntries(
        ["2xx", "3xx", "4xx", "5xx"].map((name) => [
          name,
          column((row) => row.requests[name] ?? 0),
        ]),
      ),
      p50: column((row) => row.p[0] ?? 0),
      p95: column((row) => row.p[1] ?? 0),
      p99: column((row) => row.p[2] ?? 0),
      visitors: column((row) => row.visitors),
      origin: column((row) => row.visitors * 1.6),
    };
  }

  #carried(rate: number, p: readonly number[]): GatewayNow["services"] {
    const shopIds = ["shop-1", "shop-2", "shop-3"];
    const well = shopIds.filter((id) => id !== this.#ill).length;
    const one = (id: string, place: number) => {
      const ill = id === this.#ill;
      return {
        id,
        requestsPerSecond: ill ? 0 : ((rate * 0.86) / well) * (1 + place * 0.03),
        errorsPerSecond: ill ? 4.2 : 0,
        inFlight: ill ? 0 : Math.round(rate / 120) + place,
        limit: 40,
        healthy: !ill,
        ejected: ill,
        ...{ share: 1, sickPaths: ill ? 3 : 0, resting: false },
        strip: stripOf(ill),
      };
    };
    return [
      {
        service: "shop",
        requestsPerSecond: rate * 0.86,
        errorsPerSecond: rate * (this.#ill ? 0.014 : 0.0004),
        latencyMs: { p50: p[0] ?? null, p95: p[1] ?? null, p99: p[2] ?? null },
        ...{ ...calm, queued: Math.round(rate / 90), isPressed: this.#ill !== undefined },
        queueWaitMs: { p50: 1.1, p95: 4.4, p99: 9.7 },
        breaker: "closed" as const,
        instances: shopIds.map(one),
      },
      {
        service: "search",
        requestsPerSecond: rate * 0.14,
        errorsPerSecond: 0,
        latencyMs: { p50: 3.2, p95: 11, p99: 21 },
        ...calm,
        queueWaitMs: { p50: null, p95: null, p99: null },
        breaker: "closed" as const,
        instances: [{ ...one("search-1", 1), requestsPerSecond: rate * 0.14 }],
      },
    ];
  }

  services(): Service[] {
    const one = (id: string, place: number): ServiceInstance => {
      const ill = id === this.#ill;
      return {
        id,
        state: ill ? "crash-looping" : "running",
        health: ill ? "unhealthy" : "healthy",
        healthSince: ill ? this.#healthSince : this.#since,
        why: ill ? "connection refused" : "200 in 2 ms",
        host: "127.0.0.1",
        ...(ill ? {} : { pid: 4300 + place }),
        port: 41_020 + place,
        restarts: ill ? 4 : 0,
        strip: [...(this.#strips.get(id) ?? [])],
        lastCheck: {
          at: Date.now() - 1_200,
          ok: !ill,
          says: ill ? "connection refused" : "200 OK",
          tookMs: 2,
        },
      };
    };
    return [
      {
        id: "shop",
        kind: "process",
        since: this.#since,
        instances: ["shop-1", "shop-2", "shop-3"].map(one),
      },
      {
        id: "search",
        kind: "url",
        since: this.#since,
        instances: [{ ...one("search-1", 7), state: "external" }],
      },
    ];
  }

  /** Adds a fact, as the log would. */
  fact(type: string, says: string, by: LogEvent["by"], more: Partial<LogEvent> = {}): LogEvent {
    const position = (this.events.at(-1)?.position ?? 1840) + 1;
    const event: LogEvent = {
      position,
      at: Date.now(),
      type,
      says,
      by,
      stream: `${type.split(".")[0]}/${position % 7}`,
      version: 1 + (position % 5),
      envelope: `e-${position}`,
      data: { note: says },
      hash: new Bun.CryptoHasher("sha256").update(`${position}${says}`).digest("hex"),
      ...more,
    };
    this.events.push(event);
    return event;
  }

  #seedLog(): void {
    const castor = { kind: "system" as const, id: "castor", name: "Castor" };
    const ada = { kind: "person" as const, id: "p-ada", name: "Ada Moreau" };
    const at = (minutes: number) => Date.now() - minutes * 60_000;
    this.fact(
      "settings.applied",
      "The configuration castor.yaml was applied: 2 services, 2 routes",
      castor,
      { at: at(252) },
    );
    const first = this.events.at(-1)?.position ?? 0;
    for (const id of ["shop-1", "shop-2", "shop-3"]) {
      this.fact(
        "catalog.instance-started",
        `${id} was started as process ${4300 + Number(id.at(-1))}`,
        castor,
        { at: at(251), cause: first, data: { instance: id, service: "shop", pid: 4300 } },
      );
      this.fact("catalog.instance-healthy", `${id} is healthy`, castor, {
        at: at(250.9),
        cause: this.events.at(-1)?.position,
      });
    }
    this.fact("people.signed-in", "Ada Moreau signed in with a passkey", ada, { at: at(61) });
    this.fact("tokens.created", "The token “deploy from CI” was created for operator", ada, {
      at: at(58),
      cause: this.events.at(-1)?.position,
    });
    this.fact(
      "catalog.instance-exited",
      "shop-2 ended by itself: it was killed (SIGKILL)",
      castor,
      { at: at(1.62), data: { instance: "shop-2", service: "shop", signal: "SIGKILL", pid: 4302 } },
    );
    const exit = this.events.at(-1)?.position ?? 0;
    this.fact(
      "gateway.instance-ejected",
      "shop-2 takes no traffic: 3 connections in a row failed",
      { kind: "system" as const, id: "gateway-1", name: "Gateway worker 1" },
      { at: at(1.61), cause: exit },
    );
    this.fact("catalog.instance-unhealthy", "shop-2 is not healthy: connection refused", castor, {
      at: at(1.58),
      cause: exit,
    });
    this.fact(
      "catalog.instance-restarted",
      "shop-2 was started again, attempt 4; it waits 8 s longer each time",
      castor,
      { at: at(0.4), cause: exit },
    );
    if (!this.#ill)
      this.fact("catalog.instance-healthy", "shop-2 is healthy again after 1 min", castor, {
        at: at(0.2),
        cause: this.events.at(-1)?.position,
      });
  }
}
