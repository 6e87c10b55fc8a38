import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { raise, startPager } from "../bench/kit/pages/rounds.ts";
import { isServerHere, smtpServer } from "../src/platform/mail/smtp-server.testing.ts";

const testMsMax = 60_000;

test.skipIf(!isServerHere)(
  "a page goes by mail through a real server, and its link acknowledges for whoever it was sent to",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "castor-mailed-"));
    await using smtp = await smtpServer();
    const config = (address: string): object => ({
      mail: {
        smtp: { host: "127.0.0.1", port: smtp.port, security: "none" },
        from: "castor@shop.example",
      },
      paging: {
        address,
        people: { ann: { channels: [{ kind: "email", to: "ann@shop.example" }] } },
      },
    });
    const first = await startPager(folder, { port: 0, config: config("http://127.0.0.1:1") });
    const { port } = first;
    await first.kill();
    const address = `http://127.0.0.1:${port}`;
    const pager = await startPager(folder, { port, config: config(address), alive: ["mail"] });
    const accepted = Promise.withResolvers<void>();
    pager.facts((line) => line === "paging.accepted" && accepted.resolve());
    const acknowledged = Promise.withResolvers<void>();
    pager.facts((line) => line === "paging.acknowledged" && acknowledged.resolve());
    expect(await raise(port, "checkout-is-down")).toBe(true);
    const [letter] = await smtp.taken(1);
    await accepted.promise;
    expect(letter?.to).toEqual(["ann@shop.example"]);
    // Long lines are broken by quoted-printable.
    const text = (letter?.text ?? "").replaceAll("=\r\n", "").replaceAll("=\n", "");
    expect(text).toContain("CRITICAL: checkout-is-down");
    const link = /Acknowledge: (http\S+)/.exec(text)?.[1] ?? "";
    const shown = await fetch(link);
    expect(await shown.text()).toContain("checkout-is-down");
    expect((await fetch(link, { method: "POST", redirect: "manual" })).status).toBe(303);
    await acknowledged.promise;
    await pager.kill();
    rmSync(folder, { recursive: true, force: true });
  },
  testMsMax,
);
