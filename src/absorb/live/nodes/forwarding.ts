import type { Outpost } from "#kernel";
import { nodeCluster, type NodeRequest } from "../contract/orders.ts";
import { outcome, type Outcome } from "../contract/shape.ts";
import type { Verdict } from "../engine/count.ts";
import { type AnswerRecord, readRecord, recordWords, writeRecord } from "../engine/record.ts";

/** What a client waits for another node at most; it may ask again, since an answer counts once. */
const answerWithinMs = 2_000;

/** Answers as one text, for the bus. */
export function packed(answers: readonly AnswerRecord[]): string {
  const words = new Uint32Array(answers.length * recordWords);
  for (const [n, answer] of answers.entries()) writeRecord(words, n * recordWords, answer);
  return new Uint8Array(words.buffer).toBase64();
}

/** The answers of a text; nothing when it is none. */
export function unpacked(text: string): AnswerRecord[] | undefined {
  const bytes = bytesOf(text);
  if (!bytes || bytes.length % (recordWords * 4) !== 0) return undefined;
  const words = new Uint32Array(bytes.slice().buffer);
  return Array.from({ length: words.length / recordWords }, (_, n) =>
    readRecord(words, n * recordWords, {
      ...{ index: 0, question: 0, choice: 0, group: 0, latencyMs: 0 },
    }),
  );
}

export const packedVerdicts = (verdicts: readonly Verdict[]): string =>
  Uint8Array.from(
    verdicts,
    ({ outcome: became, choice }) => (became << 4) | (choice + 1),
  ).toBase64();

const unpackedVerdicts = (text: string): Verdict[] =>
  Array.from(bytesOf(text) ?? [], (byte) => ({
    outcome: (byte >> 4) as Outcome,
    choice: (byte & 15) - 1,
  }));

/** Hands answers to the node that counts their participants. Its answer says that they are durable there. */
export async function forwardOver(
  bus: Outpost["bus"],
  of: { run: string; node: number; answers: readonly AnswerRecord[] },
): Promise<Verdict[]> {
  const request: NodeRequest = { do: "forward", run: of.run, answers: packed(of.answers) };
  const said = await bus
    .request(nodeCluster(of.node), request, { timeoutMs: answerWithinMs })
    .catch(() => undefined);
  const verdicts = typeof said === "string" ? unpackedVerdicts(said) : [];
  return verdicts.length === of.answers.length
    ? verdicts
    : of.answers.map(() => ({ outcome: outcome.nodeAway, choice: -1 }));
}

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    // Not base64: the sender is told that nothing was taken.
    return undefined;
  }
}
