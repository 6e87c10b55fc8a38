import { order } from "#kernel/contract";

/**
 * For other capabilities that count a crowd (an experiment, a vote): a show of their own, its one question opened and closed,
 * and its counts read with the questions `live.on-air` (exact) and `live.results` (published). `definition` is what castor.yaml says.
 */
export const addOrder = order<{ show: string; definition: Record<string, unknown> }>("live.add");
export const openDoorsOrder = order<{ show: string; anyway?: boolean }>("live.open-doors");
export const armOrder = order<{ show: string; question: string }>("live.arm");
export const revealOrder = order<{ show: string; question: string; in?: string }>("live.reveal");
export const closeOrder = order<{ show: string; question: string }>("live.close");
export const publishOrder = order<{ show: string; question: string }>("live.publish");
