import type { PlanCosts } from "../contract/costs.ts";
import type { PlanConfig, Scenario } from "./config.ts";
import { busiestSecond, sharesOf } from "./curve.ts";

export type Costs = Record<keyof PlanCosts, number>;

/**
 * Where nothing was measured: a core of 2024 (AMD EPYC, Zen 4 class). User memory and kernel buffers of an idle WebSocket, what
 * TLS adds, a full TLS 1.3 handshake with its first request, one message sent to one of many clients.
 */
export const assumed: Costs = {
  connectionKb: 7,
  tlsKb: 7.3,
  handshakeUs: 356,
  plainConnectUs: 30,
  sendUs: 13,
  /** One answer in one frame, durable, acknowledged. */
  answerUs: 12,
};

/** The count takes 4.5; a copy for the checkpoint and the order of all may lie beside it while a question closes. */
const participantBytes = 11;
/** On the wire, an answer and its acknowledgement with their TCP, IP and TLS overhead. */
const answerBytes = 300;
/** Log record and its share of the group's header. */
const logBytes = 16;

export const resources = [
  "cpu-answers",
  "cpu-connecting",
  "cpu-fan-out",
  "memory",
  "network",
] as const;
export type Resource = (typeof resources)[number];

/** What one scenario asks of all machines together, while a question is on. */
export type Needs = {
  connections: number;
  answersPerQuestion: number;
  meanPerSecond: number;
  peakPerSecond: number;
  busiestShare: number;
  answerCores: number;
  connectCores: number;
  reconnectCores: number;
  fanOutCores: number;
  memoryGb: number;
  networkGbit: number;
  logMbPerQuestion: number;
};

export function needsOf(
  plan: PlanConfig,
  scenario: Scenario,
  of: { windowMs: number; costs: Costs; participantsMax: number },
): Needs {
  const { costs } = of;
  const connections = Math.round(plan.registered[scenario] * plan.online[scenario]);
  const answers = Math.round(connections * plan.answering[scenario]);
  const arrival = {
    shape: plan.arrivalShape[scenario],
    scaleS: plan.arrivalScaleS[scenario],
  };
  const shares = sharesOf(arrival, of);
  const busiestShare = busiestSecond(shares);
  const peakPerSecond = answers * busiestShare;
  /** Cores that are as full as they may be, for work of so many µs so many times a second. */
  const cores = (perSecond: number, us: number): number =>
    (perSecond * us) / 1e6 / plan.utilisationMax;
  const connectUs = plan.tls ? costs.handshakeUs : costs.plainConnectUs;
  const kb = costs.connectionKb + (plan.tls ? costs.tlsKb : 0);
  return {
    connections,
    answersPerQuestion: answers,
    meanPerSecond: (answers * 1_000) / of.windowMs,
    ...{ peakPerSecond, busiestShare },
    answerCores: cores(peakPerSecond, costs.answerUs),
    connectCores: cores((connections * 1_000) / plan.connectOver, connectUs),
    reconnectCores: cores((connections * 1_000) / plan.reconnectOver, connectUs),
    fanOutCores: cores((connections * 1_000) / plan.fanOutMax, costs.sendUs),
    memoryGb: (connections * kb) / 1e6 + (of.participantsMax * participantBytes) / 1e9,
    networkGbit: (peakPerSecond * answerBytes * 8) / 1e9,
    logMbPerQuestion: (answers * logBytes) / 1e6,
  };
}

/** How much of a machine can be used: a part of its memory belongs to the system. */
const memoryShare = 0.8;
const networkShare = 0.7;

/** How many machines each resource asks for, were it the only one. */
export function machinesFor(
  needs: Needs,
  machine: PlanConfig["machine"],
): Record<Resource, number> {
  return {
    "cpu-answers": needs.answerCores / machine.cores,
    "cpu-connecting": Math.max(needs.connectCores, needs.reconnectCores) / machine.cores,
    "cpu-fan-out": needs.fanOutCores / machine.cores,
    memory: needs.memoryGb / (machine.memoryGb * memoryShare),
    network: needs.networkGbit / (machine.networkGbit * networkShare),
  };
}

/** The resources in the order in which they run out as the crowd grows. */
export const bySaturation = (machines: Record<Resource, number>): Resource[] =>
  resources.toSorted((a, b) => machines[b] - machines[a]);
