import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#kernel/testing";

/** Debian's aiosmtpd in Python: asks for TLS and a password where told to, refuses some, prints what it took. */
const program = `
import json, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
of = json.loads(sys.argv[1])
class Takes:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"): return "550 5.1.1 <" + address + ">: no such mailbox"
        if address.startswith("busy"): return "451 4.3.0 <" + address + ">: try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"
    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
            "text": envelope.content.decode("utf8")}), flush=True)
        return "250 2.0.0 taken"
def check(server, session, envelope, mechanism, data):
    ok = data.login == b"castor" and data.password == b"right"
    return AuthResult(success=ok, auth_data="castor" if ok else None, handled=False)
context = None
if of.get("cert"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(of["cert"], of["key"])
more = {}
if context and not of.get("implicit"): more.update(tls_context=context, require_starttls=True)
if of.get("auth"): more.update(authenticator=check, auth_required=True, auth_require_tls=True)
if context and of.get("implicit"): more.update(ssl_context=context)
controller = Controller(Takes(), hostname="127.0.0.1", port=of["port"], **more)
controller.start()
print("ready", flush=True)
sys.stdin.read()
`;

export type Taken = { from: string; to: string[]; text: string };

/** Debian's own, which has its packages, whatever else is called python3 here. */
const python = "/usr/bin/python3";
/** Is the server here? tools/test/prerequisites.ts names its package. */
export const isServerHere = process.env["CASTOR_AIOSMTPD"] !== undefined;

/** A real SMTP server with a certificate for localhost that `trust` signs. */
export async function smtpServer(
  of: { tls?: boolean; implicit?: boolean; auth?: boolean; port?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "castor-mail-"));
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  if (of.tls) certificate(files);
  const port = of.port ?? freePort();
  const process = Bun.spawn(
    [python, "-c", program, JSON.stringify({ ...of, port, ...(of.tls ? files : {}) })],
    { stdin: "pipe", stdout: "pipe", stderr: "ignore" },
  );
  const taken: Taken[] = [];
  let heard = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  void (async () => {
    let text = "";
    for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines)
        if (line === "ready") ready.resolve();
        else {
          taken.push(JSON.parse(line) as Taken);
          heard.resolve();
          heard = Promise.withResolvers();
        }
    }
  })();
  void process.exited.then(() => {
    ready.reject(new Error("There is no mail server: apt-get install python3-aiosmtpd"));
  });
  await ready.promise;
  return {
    port,
    /** What it took, once that is so many. */
    taken: async (count: number): Promise<Taken[]> => {
      while (taken.length < count) await heard.promise;
      return taken;
    },
    trust: of.tls ? await Bun.file(files.cert).text() : undefined,
    [Symbol.asyncDispose]: async () => {
      process.kill("SIGKILL");
      await process.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const certificate = ({ cert, key }: { cert: string; key: string }): void =>
  void Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ...[
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost",
    ],
    ...["-keyout", key, "-out", cert],
  ]);
