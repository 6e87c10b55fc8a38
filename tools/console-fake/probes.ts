import type { Probe, ProbeOne, ProbesFailing } from "../../src/console/live/shapes.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const beats = (fails: readonly number[]): Probe["strip"] =>
  Array.from({ length: 64 }, (_, at) => (fails.includes(at) ? "fail" : "ok"));

function fakeProbe(of: Partial<Probe> & Pick<Probe, "probe" | "kind" | "target">): Probe {
  const now = Date.now();
  return {
    ...{ host: "shop.example", service: null, severity: "error", state: "passing" },
    ...{ since: now - 9 * dayMs, why: "it was answered 200 in 84 ms", everyMs: 30_000 },
    ...{ strip: beats([20, 21]), certificate: null, passedOfDay: 0.9993 },
    last: { at: now - 9_000, ok: true, says: "it was answered 200 in 84 ms", tookMs: 84 },
    ...of,
  };
}

const fakeProbes = (): Probe[] => {
  const now = Date.now();
  const issued = { names: ["shop.example", "www.shop.example"], issuer: "Let's Encrypt" };
  const tls = "its certificate holds, in 31 ms";
  const down = "nobody accepts connections there";
  return [
    fakeProbe({
      ...{ probe: "shop-front", kind: "http", target: "https://shop.example/", service: "shop" },
      certificate: { ...issued, until: now + 61 * dayMs, isEnding: false },
    }),
    fakeProbe({
      ...{ probe: "database", kind: "tcp", target: "tcp://db.internal:5432", severity: "critical" },
      ...{ state: "failing", since: now - 260_000, passedOfDay: 0.987 },
      ...{ why: `3 beats failed in a row, last: ${down}`, strip: beats([58, 59, 60, 61, 62, 63]) },
      last: { at: now - 2_000, ok: false, says: down, tookMs: 1 },
    }),
    fakeProbe({
      ...{ probe: "mail", kind: "tls", target: "tls://mail.shop.example:993", strip: beats([]) },
      last: { at: now - 12_000, ok: true, says: tls, tookMs: 31 },
      certificate: { ...issued, until: now + 9 * dayMs, isEnding: true },
    }),
    fakeProbe({
      ...{ probe: "name", kind: "dns", target: "A shop.example at 1.1.1.1", strip: beats([]) },
      last: { at: now - 20_000, ok: true, says: "203.0.113.7 in 12 ms", tookMs: 12 },
      passedOfDay: 1,
    }),
    fakeProbe({
      ...{ probe: "search", kind: "http", target: "https://shop.example/search?…", strip: [] },
      ...{ state: "unknown", since: null, why: "No beat yet", last: null, passedOfDay: null },
    }),
  ];
};

const fakeProbeOne = (input: URLSearchParams): ProbeOne => {
  const hours = Number(input.get("hours") ?? 3);
  const stepMs = hours > 24 ? hourMs : 60_000;
  const points = Array.from({ length: (hours * hourMs) / stepMs }, (_, at) => at);
  const isOut = (at: number): boolean => at % 97 > 92;
  return {
    probe: fakeProbes().find(({ probe }) => probe === input.get("probe")) ?? null,
    expects: ["is answered 200", "has “Add to basket”", "answers within 2000 ms"],
    history: {
      ...{ from: Date.now() - hours * hourMs, stepMs },
      medianMs: points.map((at) => (isOut(at) ? null : 84 + 9 * Math.sin(at / 9) + (at % 5))),
      slowMs: points.map((at) => (isOut(at) ? null : 130 + 30 * Math.sin(at / 7) + 4 * (at % 9))),
      failed: points.map((at) => (isOut(at) ? 2 : 0)),
    },
    passedOfMonth: 0.9987,
  };
};

/** The first page of the fake shows a shop that is well. */
const noneFails = (): ProbesFailing => ({ probes: 5, unknown: 1, failing: [] });
export const probeAnswers = {
  "probes.list": fakeProbes,
  "probes.show": fakeProbeOne,
  "probes.failing": noneFails,
};
