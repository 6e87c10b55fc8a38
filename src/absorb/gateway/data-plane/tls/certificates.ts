import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { plainHost } from "../route-table.ts";
import type { CertificateFiles } from "../snapshot.ts";

export const tls12 = 0x0303;
const othersMayRead = 0o077;

/** A certificate in use, with the key beside it; kept while newer files are broken. */
export type Certificate = {
  id: string;
  cert: string;
  key: string;
  names: readonly string[];
  expiresAt: number;
  /** What a handshake is answered with; made by the runtime. */
  context: object;
};
export type CertificateNews =
  | {
      what: "certificate-loaded";
      cert: string;
      names: string[];
      expiresAt: number;
      /** Others on this machine may read the key. */
      isKeyOpen: boolean;
    }
  | { what: "certificate-refused"; cert: string; why: string };

const idOf = ({ cert, key, hosts }: CertificateFiles): string => JSON.stringify([cert, key, hosts]);

/** Which certificate answers which server name; files are read again when they change on disk. */
export class Certificates {
  #configured: readonly CertificateFiles[] = [];
  #acquired: readonly CertificateFiles[] = [];
  #wanted: readonly CertificateFiles[] = [];
  #inUse = new Map<string, Certificate>();
  /** How the files looked when they were last read, well or not. */
  #marks = new Map<string, string>();
  #exact = new Map<string, Certificate>();
  #wild = new Map<string, Certificate>();
  readonly #tell: (news: CertificateNews) => void;

  constructor(tell: (news: CertificateNews) => void) {
    this.#tell = tell;
  }

  /** For a visitor that names no host, or one that no certificate is for: the first. */
  get fallback(): Certificate | undefined {
    return this.#inUse.values().next().value;
  }

  use(configured: readonly CertificateFiles[]): void {
    this.#configured = configured;
    this.#want();
  }

  /** Those that Castor gets by itself, after those that are configured; each file holds key and chain. */
  acquire(files: readonly string[]): void {
    this.#acquired = files.map((file) => ({ cert: file, key: file, hosts: [] }));
    this.#want();
  }

  #want(): void {
    const wanted = [...this.#configured, ...this.#acquired];
    this.#wanted = wanted;
    const ids = new Set(wanted.map(idOf));
    for (const id of this.#marks.keys()) if (!ids.has(id)) this.#marks.delete(id);
    this.look();
    this.#arrange();
  }

  /** Reads what changed on disk; true when something did. What cannot be read leaves the certificate before it in use. */
  look(): boolean {
    let hasChanged = false;
    for (const files of this.#wanted) {
      const id = idOf(files);
      const mark = markOf(files);
      if (mark === this.#marks.get(id)) continue;
      this.#marks.set(id, mark);
      const read = readCertificate(files);
      if (typeof read === "string") {
        this.#tell({ what: "certificate-refused", cert: files.cert, why: read });
        continue;
      }
      this.#inUse.set(id, read);
      this.#tell({
        what: "certificate-loaded",
        cert: files.cert,
        names: [...read.names],
        expiresAt: read.expiresAt,
        isKeyOpen: isOpenToOthers(files.key),
      });
      hasChanged = true;
    }
    if (hasChanged) this.#arrange();
    return hasChanged;
  }

  /** The exact name first, then the wildcard one label up (RFC 6125 §6.4.3), then the first of all. */
  forName(serverName: string): Certificate | undefined {
    const host = plainHost(serverName);
    const parent = host.slice(host.indexOf(".") + 1);
    return this.#exact.get(host) ?? this.#wild.get(parent) ?? this.fallback;
  }

  #arrange(): void {
    const inOrder = this.#wanted.flatMap((files) => this.#inUse.get(idOf(files)) ?? []);
    this.#inUse = new Map(inOrder.map((each) => [each.id, each]));
    this.#exact.clear();
    this.#wild.clear();
    for (const each of inOrder)
      for (const name of each.names) {
        const [names, key] = name.startsWith("*.")
          ? ([this.#wild, name.slice(2)] as const)
          : ([this.#exact, name] as const);
        if (!names.has(key)) names.set(key, each);
      }
  }
}

/** A certificate and its key, or why they cannot be used. */
function readCertificate(files: CertificateFiles): Certificate | string {
  try {
    const cert = readFileSync(files.cert, "utf8");
    const key = readFileSync(files.key, "utf8");
    const leaf = new X509Certificate(cert);
    if (!leaf.checkPrivateKey(createPrivateKey(key)))
      return "the key does not belong to the certificate";
    const names = files.hosts.length > 0 ? files.hosts : namesOf(leaf);
    const { context } = createSecureContext({ cert, key, minVersion: "TLSv1.2" });
    return {
      ...{ id: idOf(files), cert, key, context },
      names: names.map(plainHost),
      expiresAt: Date.parse(leaf.validTo),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const namesOf = (leaf: X509Certificate): string[] =>
  (leaf.subjectAltName ?? "")
    .split(", ")
    .flatMap((each) => (each.startsWith("DNS:") ? [each.slice(4)] : []));

function markOf({ cert, key }: CertificateFiles): string {
  return [cert, key]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? "none" : `${found.ino} ${found.size} ${found.mtimeMs}`;
    })
    .join(" ");
}

const isOpenToOthers = (path: string): boolean =>
  ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & othersMayRead) !== 0;
