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
  stop: { signal: NodeJS.Signals; graceMs: number; drainMs: number };
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

const restartDefaults: FullSpec["restart"] = {
  firstMs: 250,
  maxMs: 30_000,
  jitter: 0.2,
  healthyAfterMs: 10_000,
  crashLoopAfter: 5,
  atOnce: false,
};
const readyDefaults = { host: "127.0.0.1", file: false, withinMs: 10_000 };

type Given = Omit<ProcessSpec, "kind"> & { kind: Kind };

/** Fills in what a spec leaves open. */
export function fullSpec(spec: Given, atOnce = false): FullSpec {
  const { id, kind, command, cwd, env = {}, nice } = spec;
  return {
    ...{ id, kind, command, env },
    ...(cwd === undefined ? {} : { cwd }),
    stop: filled<FullSpec["stop"]>(
      { signal: "SIGTERM", graceMs: stopGraceMs, drainMs: 0 },
      spec.stop,
    ),
    restart: { ...filled(restartDefaults, spec.restart), atOnce },
    ...(spec.ready
      ? { ready: filled<NonNullable<FullSpec["ready"]>>(readyDefaults, spec.ready) }
      : {}),
    log: filled({ bytesMax: logBytesMax, filesMax: logFilesMax }, spec.log),
    ...(nice === undefined ? {} : { nice }),
  };
}

type Loose<T> = { [K in keyof T]?: T[K] | undefined };
/** The defaults, with what was said in their place. */
function filled<T extends object>(defaults: T, said: Loose<NoInfer<T>> | undefined): T {
  const known = Object.entries(said ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(known) };
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
