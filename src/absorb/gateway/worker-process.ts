type WorkerProcess = {
  id: string;
  kind: "worker";
  command: string[];
  ready: { file: boolean };
  stop: { graceMs: number };
};

/** How the keeper is to run a worker. Control says it for all of them; a first start says it for one, before control can. */
export const workerProcess = (of: {
  id: string;
  command: string[];
  drainMs: number;
}): WorkerProcess => ({
  id: of.id,
  kind: "worker",
  command: of.command,
  ready: { file: true },
  stop: { graceMs: of.drainMs + lastWordsMs },
});
const lastWordsMs = 2_000;

export const workerId = (n: number): string => `gateway-${n}`;
/** The arguments with which this program becomes a worker. */
export const workerArguments = (data: string, id: string): string[] => [
  "__gateway-worker",
  "--data",
  data,
  "--id",
  id,
];
/** With `workers: auto`: one per core, and not more. */
export const workersMax = 4;
export const drainMsDefault = 30_000;
