import type { Checks } from "../snapshots/read.ts";
import type { Processes, ProcessSpec, ProcessState } from "./process.ts";

export type Kind = ProcessState["kind"];
/** A spec as the keeper runs it, control included: nothing left to guess. */
export type FullSpec = {
  id: string;
  kind: Kind;
  command: string | readonly string[];
  cwd?: string;
  env: Readonly<Record<string, string>>;
  stop: { signal: NodeJS.Signals; graceMs: number };
  restart: {
    firstMs: number;
    maxMs: number;
    jitter: number;
    healthyAfterMs: number;
    crashLoopAfter: number;
    /** The first restart after a healthy run waits for nothing. */
    atOnce: boolean;
  };
  ready?: { port?: number; host: string; file: boolean; withinMs: number };
  log: { bytesMax: number; filesMax: number };
  nice?: number;
};

export const stopGraceMs = 10_000;
export const logBytesMax = 10_000_000;
export const logFilesMax = 5;

/** Fills in what a spec leaves open. */
export function fullSpec(
  spec: Omit<ProcessSpec, "kind"> & { kind: Kind },
  atOnce = false,
): FullSpec {
  const { stop, restart, ready, log } = spec;
  return {
    id: spec.id,
    kind: spec.kind,
    command: spec.command,
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    env: spec.env ?? {},
    stop: { signal: stop?.signal ?? "SIGTERM", graceMs: stop?.graceMs ?? stopGraceMs },
    restart: {
      firstMs: restart?.firstMs ?? 250,
      maxMs: restart?.maxMs ?? 30_000,
      jitter: restart?.jitter ?? 0.2,
      healthyAfterMs: restart?.healthyAfterMs ?? 10_000,
      crashLoopAfter: restart?.crashLoopAfter ?? 5,
      atOnce,
    },
    ...(ready
      ? {
          ready: {
            ...(ready.port === undefined ? {} : { port: ready.port }),
            host: ready.host ?? "127.0.0.1",
            file: ready.file ?? false,
            withinMs: ready.withinMs ?? 10_000,
          },
        }
      : {}),
    log: { bytesMax: log?.bytesMax ?? logBytesMax, filesMax: log?.filesMax ?? logFilesMax },
    ...(spec.nice === undefined ? {} : { nice: spec.nice }),
  };
}

/**
 * A check without zod: zod alone would be a third of the keeper's memory, and control has checked the whole
 * schema before it wrote the snapshot.
 */
export const processesCheck: Checks<Processes> = {
  safeParse(value) {
    const list = (value as Partial<Processes> | undefined)?.processes;
    const wrong = Array.isArray(list) ? list.find((each) => !isSpec(each)) : value;
    return Array.isArray(list) && wrong === undefined
      ? { success: true, data: { processes: list } }
      : {
          success: false,
          error: { message: `no process: ${JSON.stringify(wrong)?.slice(0, 200)}` },
        };
  },
};

const isSpec = (value: unknown): value is ProcessSpec => {
  const { id, kind, command } = (value ?? {}) as Partial<ProcessSpec>;
  const runs =
    (typeof command === "string" && command !== "") ||
    (Array.isArray(command) && command.length > 0);
  return (
    typeof id === "string" &&
    /^[a-z0-9][a-z0-9_-]{0,62}$/i.test(id) &&
    id !== "control" &&
    (kind === "service" || kind === "worker") &&
    runs
  );
};

/** Equal specs have equal fingerprints; a running process is replaced when its own differs. */
export const fingerprint = (spec: FullSpec): string => Bun.hash(canonical(spec)).toString(36);

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
