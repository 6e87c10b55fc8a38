import { action, type Effects, type Read, type Refusal } from "#kernel";
import * as z from "zod";
import { notMarked, scannerRequests, type scanners, scannerUnmarked } from "./contract.ts";
import { admissionCluster, AdmissionMarks } from "./data-plane/admission/messages.ts";
import { rate } from "./live-figures.ts";
import type { Config } from "./route.ts";
import { type Machine, workerIds } from "./workers.ts";

const workersAnswerWithinMs = 500;
const addressCharactersMax = 60;

type Scanners = z.infer<(typeof scanners)["output"]>;
type Marked = Scanners["marked"][number];
type Asked = z.infer<typeof admissionCluster.schema>;

/** What each worker says; those that do not answer in time are left out. */
async function askWorkers(read: Read<Config>, asked: Asked): Promise<AdmissionMarks[]> {
  const heard: AdmissionMarks[] = [];
  const max = workerIds(read.config, read.equipment<Machine>("machine").cores).length;
  const of = { timeoutMs: workersAnswerWithinMs, max };
  for await (const { body } of read.bus.gather(admissionCluster.name, asked, of)) {
    const parsed = AdmissionMarks.safeParse(body);
    if (parsed.success) heard.push(parsed.data);
  }
  return heard;
}
type AdmissionMarks = z.infer<typeof AdmissionMarks>;

/** Everyone who is marked at any worker, newest first. */
export async function scannersNow(read: Read<Config>): Promise<Scanners> {
  const { mode } = read.config.scanners;
  const requestsPerSecond = rate(read.counters, read.now, scannerRequests);
  const marked = new Map<string, Marked>();
  const heard = mode === "off" ? [] : await askWorkers(read, { do: "list-marks" });
  for (const { worker, marks } of heard)
    for (const { caller: _, until: endsAt, ...mark } of marks) {
      const known = marked.get(mark.address);
      if (known === undefined) marked.set(mark.address, { ...mark, endsAt, workers: [worker] });
      else known.workers.push(worker);
    }
  return {
    mode,
    requestsPerSecond,
    marked: [...marked.values()].toSorted((a, b) => b.at - a.at),
  };
}

/** `gateway.unmark`: every worker forgets what it holds against an address. */
export const unmark = action("gateway.unmark", {
  about: "Forgets that an address was taken for a scanner's, at every worker.",
  input: z.object({ address: z.string().min(1).max(addressCharactersMax) }),
  output: z.object({ address: z.string(), workers: z.array(z.string()) }),
  act: async (
    { address },
    fx: Effects<Config>,
  ): Promise<Refusal | { address: string; workers: string[] }> => {
    const heard = await askWorkers(fx, { do: "unmark", address });
    const workers = heard.filter(({ marks }) => marks.length > 0).map(({ worker }) => worker);
    const callers = new Map(
      heard.flatMap(({ marks }) => marks).map((mark) => [mark.caller, mark.address]),
    );
    if (callers.size === 0) return notMarked(`${address} is not marked at any worker.`);
    for (const [caller, marked] of callers)
      await fx.record(`scanners/${caller}`, [scannerUnmarked({ caller, address: marked })]);
    return { address, workers: workers.toSorted() };
  },
});
