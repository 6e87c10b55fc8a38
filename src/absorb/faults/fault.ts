import { type Decide, Duration, type EventOf, type Model, view } from "#kernel";
import * as z from "zod";
import {
  ended,
  endOutOfRange,
  type Fault,
  incomplete,
  Kind,
  started,
  tooMany,
  unknownFault,
  Where,
} from "./contract.ts";

const durationMsMin = 1_000;
const durationMsMax = 3_600_000;
const delayMsMax = 60_000;
const faultsMax = 20;
const bytesPerSecondMax = 10_000_000;
const requestsMaxMax = 1_000_000;

const text = (pattern: RegExp, says: string) => z.string().max(200).regex(pattern, says).optional();

/** Flat, so that each is a flag of the command line. */
export const StartFault = z
  .object({
    kind: Kind.describe(
      "delay: answers come later · abort: an error answer · reset: the instance seems to hang up · slow-body: bodies trickle · hang: no answer.",
    ),
    reason: z.string().min(3).max(200).describe("Why; the log and the console carry it."),
    for: Duration.prefault("5m").describe("It ends by itself after so long, at most an hour."),
    delay: Duration.optional().describe("How much later answers come, at most a minute (delay)."),
    status: z.number().int().min(400).max(599).optional().describe("The status (abort)."),
    bytesPerSecond: z
      .number()
      .int()
      .min(1)
      .max(bytesPerSecondMax)
      .optional()
      .describe("How fast bodies come (slow-body)."),
    share: z
      .number()
      .min(0.0001)
      .max(1)
      .default(1)
      .describe("The share of fitting requests that it touches: 0.1 is a tenth."),
    route: Where.shape.route.describe("Only this route, as `castor gateway routes` names it."),
    service: Where.shape.service.describe("Only this service."),
    instance: Where.shape.instance.describe("Only this instance."),
    header: text(/^[a-z0-9!#$%&'*+.^_`|~-]+(: *.+)?$/i, 'Write "Name" or "Name: value"').describe(
      "Only requests with this header: `Name`, or `Name: value`.",
    ),
    cookie: text(/^[^=;\s]+(=[^;\s]*)?$/, 'Write "name" or "name=value"').describe(
      "Only requests with this cookie: `name`, or `name=value`.",
    ),
    address: text(
      /^[\da-f.:]+(\/\d{1,3})?$/i,
      'Write an address or a range such as "10.0.0.0/8"',
    ).describe("Only visitors from this address or range."),
    requestsMax: z
      .number()
      .int()
      .min(1)
      .max(requestsMaxMax)
      .default(10_000)
      .describe("It touches so many requests and then no more."),
    activeMax: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe("It holds so many requests at once and no more."),
  })
  .strict();
export type StartFault = z.infer<typeof StartFault>;
export const StopFault = z
  .object({ id: z.string().optional().describe("Which; all of them when absent.") })
  .strict();

type Faults = Readonly<Record<string, Fault>>;
type FaultEvent = EventOf<typeof started> | EventOf<typeof ended>;

const after = (faults: Faults, event: FaultEvent): Faults => {
  const { [event.data.id]: _, ...others } = faults;
  return event.type === "faults.started" ? { ...others, [event.data.id]: event.data } : others;
};

/** The faults that are at work. */
export const atWork: Model<Faults, FaultEvent> = { initial: {}, evolve: after };

export const present = view<{ faults: Faults }, typeof started | typeof ended>("faults.present", {
  from: [started, ended],
  empty: () => ({ faults: {} }),
  apply: (known, { event }) => ({ faults: after(known.faults, event) }),
});

export const start: Decide<StartFault, Faults, FaultEvent> = (input, faults, facts) => {
  const missing = missingOf(input);
  if (missing !== undefined) return incomplete(missing);
  const { for: durationMs, kind, share, requestsMax, activeMax, reason } = input;
  if (durationMs < durationMsMin || durationMs > durationMsMax) return endOutOfRange();
  if (Object.keys(faults).length >= faultsMax)
    return tooMany(`${faultsMax} faults are at work; stop one first.`);
  const { route, service, instance, header, cookie, address } = input;
  const behaviour = {
    delay: { delayMs: input.delay },
    abort: { status: input.status },
    "slow-body": { bytesPerSecond: input.bytesPerSecond },
    reset: {},
    hang: {},
  }[kind];
  const { now: startedAt } = facts;
  return [
    started({
      ...{ id: facts.id(), kind, ...behaviour, share },
      where: said({ route, service, instance, header, cookie, address }),
      ...{ requestsMax, activeMax, startedAt, endsAt: startedAt + durationMs, reason },
    }),
  ];
};

function missingOf({ kind, delay, status, bytesPerSecond }: StartFault): string | undefined {
  if (kind === "delay" && delay === undefined) return "Say how much later answers come: delay.";
  if (kind === "delay" && (delay ?? 0) > delayMsMax)
    return "A delay is at most a minute; see hang.";
  if (kind === "abort" && status === undefined) return "Say which status is answered: status.";
  if (kind === "slow-body" && bytesPerSecond === undefined)
    return "Say how fast bodies come: bytesPerSecond.";
  return undefined;
}

const said = (where: Where): Where =>
  Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));

export const stop: Decide<z.infer<typeof StopFault>, Faults, FaultEvent> = (
  { id },
  faults,
  facts,
) => {
  if (id !== undefined && faults[id] === undefined)
    return unknownFault(`No fault ${id} is at work.`);
  return Object.values(faults)
    .filter((each) => id === undefined || each.id === id)
    .map((each) => ended({ id: each.id, why: facts.now >= each.endsAt ? "time" : "asked" }));
};
