import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { issue, type Issued, newAuthority } from "../../absorb/gateway/data-plane/tls/issue.ts";
import { type Command, exit, Failure, UsageError } from "../command.ts";
import { ink } from "../ink.ts";

const authorityDays = 3_650;
/** Browsers refuse certificates of servers that hold for longer than 398 days. */
const serverDays = 397;
const ownerOnly = 0o600;
/** What the authority's own files are called. */
const authorityName = "local-ca";
const usualHosts = ["localhost", "127.0.0.1", "::1"];
const hostPattern = /^((\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]*:[0-9a-f:]+)$/i;

/** `castor tls local-ca`: HTTPS on this machine, for development. */
export const tlsLocalCa: Command = {
  usage: "tls local-ca [HOST …] [--folder tls]",
  summary: "A certificate for development, signed by an authority of this machine's own.",
  example: "castor tls local-ca shop.localhost '*.shop.localhost'",
  about:
    "The authority is made once and signs every certificate after it; whoever trusts local-ca.crt trusts them. " +
    "Its key stays in the folder, readable by you only: keep both out of version control. localhost is always among the hosts.",
  options: {
    folder: { type: "text", value: "tls", about: "Where the files are written." },
  },
  wordsMax: 100,
  run(given, terminal) {
    const wrong = given.words.find((each) => !hostPattern.test(each) || each === authorityName);
    if (wrong !== undefined)
      throw new UsageError(`"${wrong}" is not a host.`, "Write names such as shop.localhost.");
    const hosts = [...new Set([...given.words, ...usualHosts])];
    const named = given.text("folder") ?? "tls";
    const folder = resolve(terminal.folder, named);
    const { authority, isNew } = authorityIn(folder);
    const authorityKey = createPrivateKey(authority.key);
    const issued = issue(authority, { hosts, now: Date.now(), days: serverDays, authorityKey });
    const name = (hosts[0] ?? "localhost").replace(/^\*\./, "").replaceAll(":", "-");
    write(folder, name, issued);
    const files = { cert: `${named}/${name}.crt`, key: `${named}/${name}.key` };
    const trust = `${named}/local-ca.crt`;
    if (given.flag("json")) {
      terminal.out(`${JSON.stringify({ ...files, authority: trust, isNew, hosts })}\n`);
      return Promise.resolve(exit.ok);
    }
    const { bold, dim } = ink(terminal);
    terminal.out(
      `${bold(files.cert)} answers ${hosts.join(", ")} for ${serverDays} days.\n\n` +
        `gateway:\n  tls:\n    certificates:\n      - cert: ${files.cert}\n        key: ${files.key}\n\n` +
        dim(
          `Trust ${trust}${isNew ? " (new)" : ""} once, in the browser or the system; or: curl --cacert ${trust} https://…\n`,
        ),
    );
    return Promise.resolve(exit.ok);
  },
};

/** The folder's authority; made when there is none. */
function authorityIn(folder: string): { authority: Issued; isNew: boolean } {
  const [cert, key] = [".crt", ".key"].map((end) => join(folder, authorityName + end)) as [
    string,
    string,
  ];
  if (existsSync(cert) && existsSync(key)) {
    const authority = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
    if (new X509Certificate(authority.cert).checkPrivateKey(createPrivateKey(authority.key)))
      return { authority, isNew: false };
    throw new Failure("local-ca.crt and local-ca.key do not belong together.", "Remove both.");
  }
  const name = `Castor local CA of ${hostname()}`;
  const authority = newAuthority({ name, now: Date.now(), days: authorityDays });
  mkdirSync(folder, { recursive: true });
  write(folder, authorityName, authority);
  return { authority, isNew: true };
}

function write(folder: string, name: string, { cert, key }: Issued): void {
  writeFileSync(join(folder, `${name}.key`), key, { mode: ownerOnly });
  writeFileSync(join(folder, `${name}.crt`), cert);
}
