import type { FaultsNow } from "#console";

/** One fault at work, as the page shows it. */
export const fakeFaults = (): FaultsNow => {
  const at = Date.now();
  const does =
    "instances seem to answer 503 (route */cart, 10 % of them; at most 1000, 50 at once)";
  const fault = {
    ...{ id: "f1", kind: "abort" as const, status: 503, share: 0.1, where: { route: "*/cart" } },
    ...{ requestsMax: 1_000, activeMax: 50, startedAt: at - 60_000, endsAt: at + 240_000 },
    ...{ reason: "What if the cart fails now and then", does, touched: 84, perSecond: 1.4 },
  };
  return { at, faults: [fault] };
};
