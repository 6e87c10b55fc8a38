import { expect, test } from "bun:test";
import { testAuth } from "../auth/memory.ts";
import { counter } from "../contract.ts";
import { capability, type Gauge } from "../manifest/capability.ts";
import { testCastor } from "../testing.ts";
import * as z from "zod";
import { httpApi } from "./api.ts";

const steps = counter("walks.steps", "sum", ["who"], "steps");
const took = counter("walks.took", "quantiles", ["who"], "ms");
const walkers = counter("walks.walkers", "uniques", [], "people");
const height: Gauge = {
  ...{ name: "walks.height", labels: ["place"], about: "How high\nit is." },
  read: () => [{ labels: { place: 'a "hill"\\\n' }, value: 12.5 }],
};
const walks = capability({
  ...{ id: "walks", about: "Counts.", config: z.object({}) },
  ...{ counts: [steps, took, walkers], gauges: [height] },
});

async function withMetrics() {
  const castor = await testCastor([walks]);
  const serve = httpApi({ castor: castor.castor, auth: testAuth({ clock: castor.clock }) });
  const metrics = (as?: string): Promise<Response> =>
    serve(
      new Request("http://localhost:4600/metrics", {
        headers: as === undefined ? {} : { authorization: `Bearer ${as}` },
      }),
      "127.0.0.1",
    );
  const fx = castor.castor.effects(walks, { actor: { kind: "system", id: "test" } });
  return { castor, fx, metrics };
}

test("what is counted and measured is told as Prometheus reads it, with help, types and harmless labels", async () => {
  const { castor, fx, metrics } = await withMetrics();
  await using _ = castor;
  fx.count(steps, { who: "ann" }, 3);
  for (const ms of [10, 20, 30]) fx.count(took, { who: "ann" }, ms);
  fx.count(walkers, {}, "ann");
  const answer = await metrics("viewer");
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await answer.text()).trim().split("\n");
  const own = lines.filter((line) => line.includes("castor_walks"));
  expect(own.filter((line) => !line.includes("quantile"))).toEqual([
    "# HELP castor_walks_steps_total walks.steps, in steps, since this process started",
    "# TYPE castor_walks_steps_total counter",
    'castor_walks_steps_total{who="ann"} 3',
    "# HELP castor_walks_took_seconds walks.took, since this process started",
    "# TYPE castor_walks_took_seconds summary",
    'castor_walks_took_seconds_sum{who="ann"} 0.06',
    'castor_walks_took_seconds_count{who="ann"} 3',
    "# HELP castor_walks_height How high it is.",
    "# TYPE castor_walks_height gauge",
    'castor_walks_height{place="a \\"hill\\"\\\\\\n"} 12.5',
  ]);
  const half = own.find((line) => line.includes('quantile="0.5"'));
  expect(Number(half?.split(" ")[1])).toBeCloseTo(0.02, 3);
});

test("a counter goes on when it was written to disk, and what nobody counted is left out", async () => {
  const { castor, fx, metrics } = await withMetrics();
  await using _ = castor;
  expect(await (await metrics("viewer")).text()).not.toContain("castor_walks_steps");
  fx.count(steps, { who: "ann" }, 3);
  await castor.advance(25_000);
  fx.count(steps, { who: "ann" }, 4);
  fx.count(took, { who: "ann" }, 5);
  await castor.advance(25_000);
  const text = await (await metrics("viewer")).text();
  expect(text).toContain('castor_walks_steps_total{who="ann"} 7\n');
  expect(text).toContain('castor_walks_took_seconds_count{who="ann"} 1\n');
});

test("no stranger is told a number", async () => {
  const { castor, metrics } = await withMetrics();
  await using _ = castor;
  expect((await metrics()).status).toBe(401);
  expect((await metrics("castor_wrong")).status).toBe(401);
});
