import { afterEach, expect, test } from "bun:test";
import { isServerHere, smtpServer } from "../src/platform/mail/smtp-server.testing.ts";
import { endAll, freePort, startCastor, until } from "./running.ts";

const timeoutMs = 60_000;
afterEach(endAll, timeoutMs);

type Now = { waiting: number; trouble: { why: string } | null };

test.skipIf(!isServerHere)(
  "a report that was asked for while the mail server is away survives a kill and arrives once",
  async () => {
    const port = freePort();
    const castor = await startCastor({
      config: {
        gateway: { workers: 1 },
        mail: { smtp: { host: "127.0.0.1", port, security: "none" }, from: "castor@shop.example" },
      },
    });
    const test = castor.api.act("mail.test", { to: "ana@shop.example" });
    await expect(test).rejects.toThrow("ECONNREFUSED");
    await castor.api.act("errors.send-report", { to: "ana@shop.example" });
    const now = async (): Promise<Now> => (await castor.api.ask("mail.now")) as Now;
    await until("it was tried in vain", async () => (await now()).trouble !== null);
    process.kill(castor.pidOf("control"), "SIGKILL");
    await using server = await smtpServer({ port });
    const [letter] = await server.taken(1);
    expect(letter?.to).toEqual(["ana@shop.example"]);
    expect(letter?.text).toContain("Errors of the week");
    await until("nothing waits", async () => (await now()).waiting === 0);
    const said = (await castor.api.act("mail.test", { to: "bo@shop.example" })) as object;
    expect(said).toMatchObject({ said: "250 2.0.0 taken" });
    expect((await server.taken(2)).map(({ to }) => to[0])).toEqual([
      ...["ana@shop.example", "bo@shop.example"],
    ]);
  },
  timeoutMs,
);
