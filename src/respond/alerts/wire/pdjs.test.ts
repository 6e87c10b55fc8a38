import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "../../../cli/crowd/http/certificate.fixture.ts";
import { changeReported } from "../contract.ts";
import { kinds, minuteMs, started } from "../started.testing.ts";

const key = "r".repeat(32);
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

/** PagerDuty's own client in a Node of its own, told nothing but the server: it speaks HTTPS and nothing else. */
const program = `
const { event, change } = require("@pagerduty/pdjs");
const [server, ...said] = process.argv.slice(1);
(async () => {
  for (const each of said) {
    const { endpoint, ...data } = JSON.parse(each);
    const { status, data: answer } = await (endpoint === "change" ? change : event)({ server, data });
    console.log(JSON.stringify({ status, answer }));
  }
})();`;

type Answer = { status: number; answer: Record<string, unknown> };

/** A Castor behind TLS, and PagerDuty's client that says something to it. */
async function client() {
  const intakes = { pager: { format: "pagerduty", token: key } };
  const { castor, send } = await started({ intakes });
  const folder = mkdtempSync(join(tmpdir(), "castor-pdjs-"));
  const trusted = join(folder, "trusted.pem");
  writeFileSync(trusted, selfSigned.cert);
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    tls: selfSigned,
    fetch: async (request) =>
      await send(new URL(request.url).pathname.slice("/in/".length), await request.text(), {
        headers: request.headers,
      }),
  });
  undo.push(() => server.stop(true));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const says = async (...said: object[]): Promise<Answer[]> => {
    const child = Bun.spawn(
      [
        ...["node", "-e", program, `localhost:${server.port}/in/pagerduty`],
        ...said.map((each) => JSON.stringify(each)),
      ],
      {
        cwd: join(import.meta.dir, "../../../.."),
        env: { PATH: process.env["PATH"] ?? "", NODE_EXTRA_CA_CERTS: trusted },
        stdout: "pipe",
        stderr: "inherit",
      },
    );
    const text = await new Response(child.stdout).text();
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
  };
  return { castor, says };
}

test("PagerDuty's own client opens, acknowledges and ends an alert over TLS, tells changes, and hears refusals as JSON", async () => {
  const { castor, says } = await client();
  await using _ = castor;
  const payload = { summary: "Disk is full", source: "db-1", severity: "critical" };
  const about = { routing_key: key, dedup_key: "k1", payload };
  const [opened] = await says({ ...about, event_action: "trigger" });
  expect(opened).toEqual({
    status: 202,
    answer: { status: "success", message: "Event processed", dedup_key: "k1" },
  });
  await castor.advance(minuteMs);
  const change = { summary: "Deploy 7", timestamp: "2026-11-22T10:00:00Z", custom_details: {} };
  const answers = await says(
    { ...about, event_action: "acknowledge" },
    { endpoint: "change", routing_key: key, payload: change, links: [] },
    { ...about, event_action: "resolve" },
    { ...about, routing_key: "short", event_action: "trigger" },
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 400]);
  expect(answers[3]?.answer).toMatchObject({
    status: "invalid event",
    errors: [expect.any(String)],
  });
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
  expect(castor.types()).toContain("alerts.acknowledged");
  expect(castor.types()).toContain(changeReported.type);
});
