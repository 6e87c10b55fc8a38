import {
  answer,
  type Capability,
  capability,
  command,
  due,
  type Effects,
  processesOf,
  type Reaction,
  type Read,
  reconcile,
} from "#kernel";
import * as z from "zod";
import { configApplied } from "../../platform/settings/contract.ts";
import * as contract from "./contract.ts";
import { atWork, present, start, StartFault, stop, StopFault } from "./fault.ts";

const stepMs = 10_000;

const startCommand = command("faults.start", {
  about: "Makes something go wrong on purpose, for a while: what would happen if…",
  input: StartFault,
  model: atWork,
  key: () => "at-work",
  decide: start,
});
const stopCommand = command("faults.stop", {
  about: "Ends an injected fault, or all of them.",
  input: StopFault,
  model: atWork,
  key: () => "at-work",
  decide: stop,
});

const reactions: readonly Reaction[] = [
  reconcile(
    "faults.picture",
    [configApplied, contract.started, contract.ended],
    async (fx: Effects) => {
      const workers = fx.snapshots.get(processesOf("gateway"))?.value.processes.length ?? 1;
      const faults = Object.values(fx.view(present).faults);
      await fx.snapshots.put(contract.faultsSnapshot, { faults, workers: Math.max(1, workers) });
    },
  ),
  due(
    "faults.time",
    contract.started,
    ({ event }) => event.data.endsAt,
    async ({ event }, fx) => {
      // Whoever stopped it before its time was quicker.
      if (fx.view(present).faults[event.data.id] === undefined) return;
      await fx.run(stopCommand, { id: event.data.id });
    },
  ),
];

function faultsNow(read: Read): z.infer<(typeof contract.now)["output"]> {
  const { counters, now: at } = read;
  const from = Math.floor(at / stepMs) * stepMs - stepMs;
  const count = (fault: contract.Fault, since: number): number =>
    counters
      .total(contract.touched, { from: since, to: at + 1 }, { where: { fault: fault.id } })
      .reduce((sum, { value }) => sum + value, 0);
  const faults = Object.values(read.view(present).faults).map((fault) => ({
    ...fault,
    does: contract.whatItDoes(fault),
    touched: count(fault, Math.floor(fault.startedAt / stepMs) * stepMs),
    perSecond: count(fault, from) / Math.max(1, (at - from) / 1_000),
  }));
  return { at, faults };
}

export const faults: Capability = capability({
  id: "faults",
  about: "Faults on purpose at the gateway: with a reason, a limit and an end.",
  config: z.object({}).strict(),
  emits: [contract.started, contract.ended],
  refuses: [contract.incomplete, contract.endOutOfRange, contract.tooMany, contract.unknownFault],
  counts: [contract.touched],
  snapshots: [contract.faultsSnapshot],
  commands: [startCommand, stopCommand],
  views: [present],
  answers: [answer(contract.now, faultsNow)],
  reactions,
});
