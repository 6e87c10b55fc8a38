import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { issue, newAuthority } from "./issue.ts";
import type { CertificateFiles } from "../snapshot.ts";
import { until } from "../world.testing.ts";

/** A folder of certificates that an authority of the test's own has signed. */
export class CertificateFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), "castor-tls-"));
  readonly authority = newAuthority({ name: "test", now: Date.now(), days: 2 });
  #issued = 0;

  /** Writes a certificate for these hosts, over the one of that name if there is one. */
  put(name: string, ...hosts: string[]): CertificateFiles {
    const authorityKey = createPrivateKey(this.authority.key);
    // Each is told from the one before it by its end.
    const now = Date.now() + ++this.#issued * 60_000;
    const { cert, key } = issue(this.authority, { hosts, now, days: 1, authorityKey });
    this.write(`${name}.key`, key);
    this.write(`${name}.crt`, cert);
    return this.filesOf(name);
  }
  filesOf(name: string): CertificateFiles {
    return { cert: join(this.path, `${name}.crt`), key: join(this.path, `${name}.key`), hosts: [] };
  }
  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text, { mode: 0o600 });
  }
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A visitor over TLS. */
export class SecureWire {
  text = "";
  bytes = 0;
  isSecure = false;
  isClosed = false;
  readonly socket: TLSSocket;

  constructor(port: number, of: ConnectionOptions) {
    this.socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...of });
    this.socket.on("data", (chunk: Buffer) => {
      this.bytes += chunk.length;
      this.text += chunk.toString("latin1");
    });
    this.socket.on("secureConnect", () => (this.isSecure = true));
    this.socket.on("error", () => {});
    this.socket.on("close", () => (this.isClosed = true));
  }
  async open(): Promise<this> {
    await until(() => this.isSecure || this.isClosed, "the handshake");
    return this;
  }
  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }
  async says(text: string): Promise<string> {
    await until(() => this.text.includes(text), `"${text}" in "${this.text.slice(0, 2_000)}"`);
    return this.text;
  }
  async over(): Promise<string> {
    await until(() => this.isClosed, `the end of "${this.text.slice(0, 2_000)}"`);
    return this.text;
  }
  /** The names of the certificate that was shown, and until when it holds. */
  get shown(): { names: string; until: string } {
    const { subjectaltname = "", valid_to: until } = this.socket.getPeerCertificate();
    return { names: subjectaltname.replaceAll("DNS:", ""), until };
  }
}
