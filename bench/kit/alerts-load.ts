import { argv } from "node:process";

/**
 * The load of `npm run bench alerts`, a process of its own: alerts as Prometheus sends them, each another one, in batches over
 * kept-alive connections. Arguments: URL of `/api/v2/alerts`, how many, how many in a batch, connections. Prints one JSON object.
 */
const [url = "", total = "20000", together = "64", connections = "8"] = argv.slice(2);
const startsAt = new Date(Date.now() - 60_000).toISOString();
const endsAt = new Date(Date.now() + 30 * 60_000).toISOString();
const clusters = 20;

const alert = (n: number): object => ({
  annotations: {
    runbook_url: "https://runbooks.example/down",
    summary: `Instance 10.0.${n >> 8}.${n & 255}:9100 does not answer`,
  },
  endsAt,
  startsAt,
  generatorURL: "http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
  labels: {
    alertname: "InstanceDown",
    cluster: `eu-${n % clusters}`,
    instance: `10.0.${n >> 8}.${n & 255}:9100`,
    job: "node",
    replica: "a",
    severity: n % 10 === 0 ? "critical" : "warning",
  },
});

const bodies: string[] = [];
for (let from = 0; from < Number(total); from += Number(together)) {
  const many = Math.min(Number(together), Number(total) - from);
  bodies.push(JSON.stringify(Array.from({ length: many }, (_, n) => alert(from + n))));
}
const latencies: number[] = [];
const statuses: Record<string, number> = {};
let next = 0;
const startedAt = performance.now();
async function sender(): Promise<void> {
  for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
    const at = performance.now();
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", body, headers });
    await answer.text();
    latencies.push(performance.now() - at);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  }
}
await Promise.all(Array.from({ length: Number(connections) }, sender));
const tookS = (performance.now() - startedAt) / 1_000;
latencies.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    ...{ statuses, tookS, perSecond: Number(total) / tookS },
    p99Ms: latencies[Math.floor(0.99 * (latencies.length - 1))],
  }),
);
