import { machineHere, machineNet, testCastor, testPorts } from "#kernel/testing";
import { afterAll, expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { pingWith } from "./adapters/ping.ts";
import type { Tried } from "./contract.ts";
import { probes } from "./index.ts";
import { beginningTls, ownAuthority } from "./servers.testing.ts";
import { targetOf } from "./target.ts";

const { authority, good, ended } = ownAuthority(30);
const servers = {
  smtp: await beginningTls(good, [
    ["", "220-mail.example\r\n220 ESMTP\r\n"],
    ["EHLO ", "250-mail.example\r\n250-SIZE 1\r\n250 STARTTLS\r\n"],
    ["STARTTLS\r\n", "220 Go ahead\r\n"],
  ]),
  imap: await beginningTls(good, [
    ["", "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"],
    ["a1 STARTTLS\r\n", "* 1 RECENT\r\na1 OK Begin TLS\r\n"],
  ]),
  pop3: await beginningTls(ended, [
    ["", "+OK ready\r\n"],
    ["STLS\r\n", "+OK\r\n"],
  ]),
  postgres: await beginningTls(good, [["\0\0\0\u0008\u0004\u00d2\u0016\u002f", "S"]]),
  refusing: await beginningTls(good, [
    ["", "220 mail.example\r\n"],
    ["EHLO ", "250 mail.example\r\n"],
    ["STARTTLS\r\n", "454 TLS not available\r\n"],
  ]),
  mute: await beginningTls(good, [["never said", ""]]),
};
afterAll(() => {
  for (const each of Object.values(servers)) each.close();
});

const { run } = machineHere(
  { folder: ".", data: "." },
  { net: machineNet, clock: { now: () => Date.now() } },
);
/** One beat of a probe that is configured so. */
async function beatOf(probe: Record<string, unknown>): Promise<Tried> {
  await using castor = await testCastor([settings, probes], {
    ports: testPorts({ net: machineNet }),
    config: { probes: { it: { every: "1d", ...probe } } },
    equipment: { probes: { readTrust: () => authority, ping: pingWith(run) } },
  });
  return (await castor.act("probes.check", { probe: "it" })) as Tried;
}

const well = "its certificate holds, in 0 ms";
const doors: [name: keyof typeof servers, scheme: string, says: string][] = [
  ["smtp", "smtp", well],
  ["imap", "imap", well],
  ["pop3", "pop3", "its certificate has ended"],
  ["postgres", "postgres", well],
  ["refusing", "smtp", "it does not begin TLS when it is asked to (STARTTLS)"],
  ["smtp", "imap", "it does not begin TLS when it is asked to (STARTTLS)"],
];
for (const [name, scheme, says] of doors)
  test(`a probe by ${scheme} of a server of ${name} begins TLS after the greeting`, async () => {
    const url = `${scheme}://localhost:${servers[name].port}`;
    expect(await beatOf({ url, trust: "ca.pem", timeout: "30s" })).toMatchObject({
      ...{ says, ok: says === well },
    });
  });

test("what a server greets with can be looked at, and one that says nothing is late", async () => {
  const greeted = async (contains: string): Promise<string> => {
    const url = `smtp://localhost:${servers.smtp.port}`;
    return (await beatOf({ url, trust: "ca.pem", timeout: "30s", expect: { contains } })).says;
  };
  expect(await greeted("ESMTP")).toBe(well);
  expect(await greeted("Exchange")).toBe("what it says lacks “Exchange”");
  const mute = { url: `smtp://localhost:${servers.mute.port}`, timeout: "200ms" };
  expect(await beatOf(mute)).toMatchObject({ ok: false, says: "no answer within 200 ms" });
});

test.skipIf(Bun.which("ping") === null)("a host answers a ping, and nobody does not", async () => {
  const { ok, says } = await beatOf({ url: "ping:127.0.0.1", timeout: "30s" });
  expect({ ok, says: says.replace(/\d+/, "0") }).toEqual({ ok: true, says: "it answers in 0 ms" });
  const nobody = await beatOf({ url: "ping:nobody.invalid", timeout: "30s" });
  expect(nobody).toMatchObject({ ok: false, says: "its name leads to no address" });
});

test("what cannot be pinged says so in words, and nothing that is named becomes an option", async () => {
  const { signal } = new AbortController();
  for (const [message, says] of [
    ["the program ping is not installed", "the program ping is not installed on Castor's machine"],
    ["ping failed (1): ", "no answer to a ping"],
    ["ping took too long", "no answer to a ping"],
    ["ping failed (2): socket: Operation not permitted", "Castor's machine does not let it ping"],
    ["ping failed (2): x: Name or service not known", "its name leads to no address"],
  ] as const)
    expect(await pingWith(() => Promise.reject(new Error(message)))("x", signal)).toBe(says);
  for (const wrong of ["ping:-f", "ping:", "ping:a b", "smtp://mail.example", "ftp://a:21"])
    expect(targetOf(wrong)).toBeString();
  expect(targetOf("ping://[::1]")).toEqual({ kind: "ping", host: "::1" });
});
