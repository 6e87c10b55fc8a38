import { due, type Effects, type Reaction } from "#kernel";
import { certificateExpiring, certificateLoaded, certificateRefused } from "./contract.ts";
import type { GatewayFact } from "./data-plane/messages.ts";

const day = 86_400_000;
/** Who renews by hand needs days; what renews by itself has done so before. */
const warnedBeforeMs = 14 * day;

const keyOf = (cert: string): string => `certificates/${cert}`;
const lastOf = (cert: string, fx: Effects) =>
  fx.log.read(`gateway/${keyOf(cert)}`, { backwards: true, limit: 1 })[0]?.event;

/** Every worker reads the files, and reads them anew when it starts: only what is news is remembered. */
export async function rememberCertificate(
  id: string,
  fact: Extract<GatewayFact, { cert: string }>,
  fx: Effects,
): Promise<void> {
  const { what: _, worker: __, ...about } = fact;
  const news = "why" in about ? certificateRefused(about) : certificateLoaded(about);
  const last = lastOf(fact.cert, fx);
  if (last !== undefined && Bun.deepEquals(last, news)) return;
  await fx.record(keyOf(fact.cert), [news], { id });
}

/** Said once per certificate, while it is still the one in use. */
export const expiry: Reaction = due(
  "gateway.certificate-expiry",
  certificateLoaded,
  ({ event }) => event.data.expiresAt - warnedBeforeMs,
  async ({ event }, fx: Effects) => {
    const { cert, names, expiresAt } = event.data;
    const last = lastOf(cert, fx);
    const isReplaced =
      last?.type === certificateLoaded.type &&
      (last.data as { expiresAt: number }).expiresAt !== expiresAt;
    if (isReplaced) return;
    const id = `certificate-expiring/${cert}/${expiresAt}`;
    await fx.record("certificate-expiry", [certificateExpiring({ cert, names, expiresAt })], {
      id,
    });
  },
);
