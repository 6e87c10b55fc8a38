import * as z from "zod";
import { snapshot, type SnapshotDef, topic } from "../contract.ts";

const Id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/i, 'Use letters, digits, "-" and "_"')
  .refine((id) => id !== "control", "Control itself has this name");

/** What the keeper keeps running. Only `id`, `kind` and `command` must be said. */
export const ProcessSpec = z.object({
  id: Id.describe("Unique in the whole tree; also names the log file."),
  kind: z
    .enum(["service", "worker"])
    .describe(
      "A service holds its port alone, so it is replaced stop-first; a worker shares its port, so start-first.",
    ),
  command: z
    .union([z.string().min(1), z.array(z.string()).min(1)])
    .describe("A line for the shell, or a program and its arguments."),
  cwd: z.string().optional(),
  env: z
    .record(z.string(), z.string())
    .optional()
    .describe("Added to the keeper's own environment, less its CASTOR_ variables."),
  stop: z
    .object({
      signal: z.enum(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR2"]).optional(),
      graceMs: z.number().nonnegative().optional(),
      /** Between telling that it stops and asking it to: whoever sends it work can look elsewhere first. */
      drainMs: z.number().nonnegative().optional(),
    })
    .optional()
    .describe("How it is asked to end, and how long until its whole process group is killed."),
  restart: z
    .object({
      firstMs: z.number().nonnegative().optional(),
      maxMs: z.number().nonnegative().optional(),
      jitter: z.number().min(0).max(1).optional(),
      healthyAfterMs: z.number().nonnegative().optional(),
      crashLoopAfter: z.number().int().positive().optional(),
    })
    .optional(),
  ready: z
    .object({
      port: z.number().int().min(1).max(65_535).optional(),
      host: z.string().optional(),
      file: z.boolean().optional(),
      withinMs: z.number().positive().optional(),
    })
    .optional()
    .describe(
      "It counts as running once it accepts connections on a port, or writes its ready file.",
    ),
  log: z
    .object({
      bytesMax: z.number().int().positive().optional(),
      filesMax: z.number().int().positive().optional(),
    })
    .optional(),
  nice: z.number().int().min(-20).max(19).optional(),
});
export type ProcessSpec = z.infer<typeof ProcessSpec>;

/** Why it is in this state, when there is more to say than the state. */
export const ProcessState = z.object({
  id: z.string(),
  kind: z.enum(["service", "worker", "control"]),
  state: z.enum(["starting", "running", "stopping", "exited", "crash-looping"]),
  pid: z.number().optional(),
  /** How the last run ended; neither when unknown, as for a process adopted from an earlier keeper. */
  code: z.number().optional(),
  signal: z.string().optional(),
  /** True when the keeper ended it, false when it ended by itself. */
  asked: z.boolean().optional(),
  /** Why it could not be started, in the system's words. */
  error: z.string().optional(),
  restarts: z.number(),
  /** When this run started. */
  startedAt: z.number().optional(),
  /** When it is started again, after an exit. */
  nextAt: z.number().optional(),
  at: z.number(),
});
export type ProcessState = z.infer<typeof ProcessState>;

/** What an owner wants running; `processes.<owner>` is the snapshot's name. */
export const Processes = z.object({ processes: z.array(ProcessSpec) });
export type Processes = z.infer<typeof Processes>;
export const processesOf = (owner: string): SnapshotDef<Processes> =>
  snapshot(`processes.${owner}`, Processes);

/** The keeper tells every change of a process. */
export const processFact = topic("processes.fact", ProcessState);
/** The keeper tells everything, after each connect to control and every few seconds: what is not listed is gone. */
export const processesState = topic(
  "processes.state",
  z.object({ keeper: z.number(), processes: z.array(ProcessState) }),
);

/** The bus cluster that the keeper serves, and what may be asked of it. */
export const keeperCluster = "keeper";
export const KeeperRequest = z.discriminatedUnion("do", [
  z.object({ do: z.literal("list") }),
  z.object({ do: z.literal("restart"), id: z.string() }),
  z.object({ do: z.literal("tail"), id: z.string(), lines: z.number().int().positive() }),
]);
export type KeeperRequest = z.infer<typeof KeeperRequest>;
export const KeeperList = z.object({ keeper: z.number(), processes: z.array(ProcessState) });
export const KeeperRestart = z.object({ restarted: z.boolean() });
export const KeeperTail = z.object({ lines: z.array(z.string()) });
