import { order, orderFor } from "#kernel/contract";

/**
 * For other capabilities that count a crowd (an experiment, a vote), with none of this copied:
 *
 * 1. a show of their own: `live.add` with what castor.yaml would say and `joining: "backend"`, `live.open-doors`;
 * 2. its voices: `live.issue` gives tokens to participants by the capability's own numbers, `live.relay` one with which it hands
 *    in answers of many (docs/live-wire.md); a question is armed, revealed and closed by orders, its window is a week at most;
 * 3. its counts: the questions `live.on-air` (exact, while it runs) and `live.results` (published, with noise).
 */
export const addOrder = order<{ show: string; definition: Record<string, unknown> }>("live.add");
export const openDoorsOrder = order<{ show: string; anyway?: boolean }>("live.open-doors");
export const armOrder = order<{ show: string; question: string }>("live.arm");
export const revealOrder = order<{ show: string; question: string; in?: string }>("live.reveal");
export const closeOrder = order<{ show: string; question: string }>("live.close");
export const publishOrder = order<{ show: string; question: string }>("live.publish");
export const issueOrder = orderFor<
  { show: string; participants: { index: number; values?: Record<string, string> }[] },
  { tokens: { index: number; token: string }[] }
>("live.issue");
export const relayOrder = orderFor<
  { show: string; relay: string; for?: string },
  { token: string; expiresAt: number; nodes: string[] }
>("live.relay");
