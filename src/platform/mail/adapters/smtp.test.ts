import { expect, test } from "bun:test";
import type { Server, Stamped } from "../post.ts";
import { isServerHere, smtpServer } from "../smtp-server.testing.ts";
import { smtpPost } from "./smtp.ts";

const letter: Stamped = {
  from: { name: "Castor", address: "castor@shop.example" },
  to: "ana@shop.example",
  subject: "L'été « arrive »",
  text: "Il fait chaud.",
  html: undefined,
  replyTo: undefined,
  messageId: "<one@shop.example>",
  references: "<thread@shop.example>",
  unsubscribe: "https://shop.example/no-more?who=1",
  isImportant: true,
};
const server = (port: number, more: Partial<Server> = {}): Server => ({
  ...{ host: "127.0.0.1", port, security: "none", credentials: undefined, trust: undefined },
  ...more,
});

test.skipIf(!isServerHere)(
  "a real server takes a letter with its head, refuses one for good, and another for now",
  async () => {
    await using smtp = await smtpServer();
    const line = await smtpPost.open(server(smtp.port));
    expect((await line.hand(letter)).kind).toBe("taken");
    expect((await line.hand({ ...letter, to: "nobody@shop.example" })).kind).toBe("never");
    expect((await line.hand({ ...letter, to: "busy@shop.example" })).kind).toBe("later");
    expect((await line.hand({ ...letter, messageId: "<two@shop.example>" })).kind).toBe("taken");
    line.close();
    const taken = await smtp.taken(2);
    expect(taken.map(({ from, to }) => ({ from, to }))).toEqual([
      { from: "castor@shop.example", to: ["ana@shop.example"] },
      { from: "castor@shop.example", to: ["ana@shop.example"] },
    ]);
    const text = taken[0]?.text ?? "";
    expect(text).toContain("Message-ID: <one@shop.example>");
    expect(text).toContain("In-Reply-To: <thread@shop.example>");
    expect(text).toContain("Auto-Submitted: auto-generated");
    expect(text).toContain("List-Unsubscribe: <https://shop.example/no-more?who=1>");
    expect(text).toContain("X-Priority: 1");
  },
);

for (const security of ["starttls", "tls"] as const)
  test.skipIf(!isServerHere)(
    `${security}: a password is told to a trusted server only, and a wrong one is not let in`,
    async () => {
      const of = { tls: true, auth: security === "starttls", implicit: security === "tls" };
      await using smtp = await smtpServer(of);
      const credentials = { user: "castor", password: "right" };
      const known = server(smtp.port, { host: "localhost", security, trust: smtp.trust });
      const line = await smtpPost.open(of.auth ? { ...known, credentials } : known);
      expect((await line.hand(letter)).kind).toBe("taken");
      line.close();
      expect(await smtp.taken(1)).toHaveLength(1);
      await expect(smtpPost.open({ ...known, trust: undefined })).rejects.toThrow();
      if (of.auth)
        await expect(
          smtpPost.open({ ...known, credentials: { ...credentials, password: "wrong" } }),
        ).rejects.toThrow();
    },
  );

test.skipIf(!isServerHere)("starttls is not given up where the server has none", async () => {
  await using smtp = await smtpServer();
  await expect(smtpPost.open(server(smtp.port, { security: "starttls" }))).rejects.toThrow();
});

test("a server that is not there is said so at once", async () => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  const { port } = listener;
  listener.stop(true);
  await expect(smtpPost.open(server(port))).rejects.toThrow();
});

test("a server that hangs up in the middle breaks the line, and nothing waits for ever", async () => {
  const greeting = "220 hi\r\n";
  using listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => void socket.write(greeting),
      data: (socket, bytes) => {
        const said = bytes.toString();
        if (/^EHLO/i.test(said)) socket.write("250 hello\r\n");
        else socket.end();
      },
    },
  });
  const line = await smtpPost.open(server(listener.port));
  expect((await line.hand(letter)).kind).toBe("broken");
  expect((await line.hand(letter)).kind).toBe("broken");
  line.close();
});
