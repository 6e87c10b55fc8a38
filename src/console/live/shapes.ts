/** The answers the console lives on, as they cross the wire. */
export type StatusClass = "1xx" | "2xx" | "3xx" | "4xx" | "5xx";
export type Percentiles = { p50: number; p95: number; p99: number };

export type GatewayInstance = {
  id: string;
  requestsPerSecond: number;
  errorsPerSecond: number;
  inFlight: number;
  p50: number;
  p99: number;
  ejected: boolean;
};
export type GatewayService = {
  service: string;
  requestsPerSecond: number;
  errorShare: number;
  p50: number;
  p99: number;
  instances: GatewayInstance[];
};
export type GatewayNow = {
  at: number;
  visitorsPerSecond: number;
  requestsPerSecond: number;
  statusClasses: Partial<Record<StatusClass, number>>;
  latencyMs: Percentiles;
  history: {
    step: string;
    at: number[];
    requests: Partial<Record<StatusClass, number[]>>;
    p50: (number | null)[];
    p95: (number | null)[];
    p99: (number | null)[];
    visitors: number[];
  };
  services: GatewayService[];
  refusals: { reason: string; perSecond: number }[];
  workers: { id: string; pid: number; connections: number }[];
};

export type GatewayRoute = { id?: string; host?: string; path?: string; service: string };

export type ServiceInstance = {
  id: string;
  state: string;
  health: string;
  healthSince: number;
  pid?: number | null;
  port?: number | null;
  url?: string;
  restarts: number;
  strip: ("ok" | "fail" | "none")[];
  lastCheck?: { at: number; ok: boolean; says?: string; tookMs?: number } | null;
};
export type Service = { id: string; kind: string; instances: ServiceInstance[] };

export type LogActor = { kind: string; id: string; name?: string };
export type LogEvent = {
  position: number;
  at: number;
  type: string;
  says: string;
  by: LogActor;
  cause?: number | string | null;
  stream: string;
  version: number;
  data: unknown;
  hash: string;
};
export type LogPage = { events: LogEvent[]; more: boolean };
export type LogWhole = { event: LogEvent; causes: LogEvent[]; effects: LogEvent[] };
