import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allServe, endAll, freePort, later, startCastor, until } from "./running.ts";

const timeoutMs = 90_000;
const python = Bun.env["CASTOR_PYTHON"] ?? "python3";

afterEach(endAll, timeoutMs);

const filesIn = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name)));

test(
  "a client in Python, written from the page of the wire alone, joins through the gateway, answers over all three ways and has its acks; no token is in any log",
  async () => {
    const port = freePort();
    const question = { text: "Which one?", choices: ["this", "that", "neither"], window: "60s" };
    const castor = await startCastor({
      config: {
        catalog: {
          services: { crowd: { url: `http://127.0.0.1:${port}`, health: { every: "1s" } } },
        },
        gateway: { workers: 1, routes: [{ service: "crowd" }], accessLog: {} },
        live: {
          listen: `127.0.0.1:${port}`,
          shows: {
            final: {
              title: "The final",
              dimensions: { age: ["young", "old"] },
              questions: { one: question },
            },
          },
        },
      },
    });
    await castor.api.act("live.open-doors", { show: "final" });
    await allServe(castor, 1);
    const admitted = { show: "final", relay: "telephone", for: "1h" };
    const relay = (await castor.api.act("live.relay", admitted)) as { token: string };
    const client = Bun.spawn(
      [
        python,
        join(import.meta.dir, "live-client.py"),
        `${castor.gateway}/live/final`,
        "2",
        '{"age":"old"}',
        relay.token,
      ],
      { stdout: "pipe", stderr: "pipe" },
    );
    later(() => client.kill());
    let printed = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const bytes of client.stdout) printed += decoder.decode(bytes);
    })();
    const said = (): unknown[] =>
      printed
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    await until("it has been welcomed", () => said().length > 0 || client.exitCode !== null);
    await castor.api.act("live.arm", { show: "final", question: "one" });
    await castor.api.act("live.reveal", { show: "final", question: "one", in: "500ms" });
    expect({ code: await client.exited, why: await new Response(client.stderr).text() }).toEqual({
      code: 0,
      why: "",
    });
    await reading;
    const recorded = { outcome: 0, choice: 2 };
    expect(said()).toEqual([
      { index: 0 },
      { text: question.text, choices: question.choices },
      { outcome: 0, choice: 2, question: 0, isOwn: true },
      { outcome: "recorded", choice: 2 },
      [recorded, recorded, { ...recorded, outcome: 1 }],
    ]);
    // A token in an address is in no log, and in nothing else that Castor keeps.
    const address = `${castor.gateway}/live/final`;
    const joined = await fetch(`${address}/join`, {
      method: "POST",
      body: JSON.stringify({ values: { age: "old" } }),
    });
    const { token } = (await joined.json()) as { token: string };
    expect((await fetch(`${address}/answer?t=${token}&q=0&c=1`)).status).toBe(200);
    const kept = await until("the answer is in the log of requests", () => {
      const all = filesIn(castor.data);
      return all.some((bytes) => bytes.includes("/live/final/answer?t=")) && all;
    });
    expect(kept.filter((bytes) => bytes.includes(token))).toEqual([]);
    expect(castor.printed()).not.toContain(token);
  },
  timeoutMs,
);
