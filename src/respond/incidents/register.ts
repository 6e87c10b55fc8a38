import type { Decide, EventOf, Model } from "#kernel";
import * as z from "zod";
import { declared, notThen, numbered, Origin, Severity } from "./contract.ts";
import { streamOf } from "./incident.ts";

/** The numbers that were given, and what each incident came from. */
type Register = { last: number; byOrigin: ReadonlyMap<string, string> };
type RegisterEvent = EventOf<typeof numbered>;

const keyOf = ({ kind, ref }: Origin): string | undefined =>
  ref === undefined ? undefined : `${kind} ${ref}`;

export const register: Model<Register, RegisterEvent> = {
  initial: { last: 0, byOrigin: new Map() },
  evolve: ({ last, byOrigin }, { data: { incident, origin } }) => {
    const key = keyOf(origin);
    return {
      last: last + 1,
      byOrigin: key === undefined ? byOrigin : new Map(byOrigin).set(key, incident),
    };
  },
};

const Instant = z
  .union([z.number(), z.iso.datetime({ offset: true })])
  .transform((at) => (typeof at === "number" ? at : Date.parse(at)));
/** Nobody reconstructs an incident that began longer ago than this. */
const agoMsMax = 30 * 86_400_000;

export const Declare = z
  .object({
    title: z.string().trim().min(3).max(200).describe("What people cannot do, in a few words."),
    severity: Severity.default("sev3").describe("If unsure, the graver one."),
    services: z.array(z.string().min(1).max(60)).max(50).default([]).describe("What it is about."),
    origin: Origin.default({ kind: "person" }),
    startedAt: Instant.optional().describe("When the harm began; now unless told otherwise."),
    detectedAt: Instant.optional().describe("When it was noticed; now unless told otherwise."),
  })
  .strict();

/** What has the same origin is the same incident. */
export const declare: Decide<
  z.infer<typeof Declare>,
  Register,
  RegisterEvent | EventOf<typeof declared>
> = (asked, { last, byOrigin }, { now }) => {
  const { origin, title, severity } = asked;
  if (byOrigin.has(keyOf(origin) ?? "")) return [];
  const detectedAt = asked.detectedAt ?? now;
  const startedAt = asked.startedAt ?? detectedAt;
  if (detectedAt > now || startedAt > now) return notThen("That is in the future.");
  if (startedAt > detectedAt) return notThen("It cannot have been noticed before it began.");
  if (now - startedAt > agoMsMax) return notThen("It began more than 30 days ago.");
  const incident = `inc-${last + 1}`;
  const services = [...new Set(asked.services)].toSorted();
  return [
    numbered({ incident, origin }),
    declared(
      { incident, title, severity, services, origin, startedAt, detectedAt },
      { stream: streamOf(incident) },
    ),
  ];
};
