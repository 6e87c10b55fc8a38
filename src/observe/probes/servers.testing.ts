import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";

const openssl = (folder: string, ...given: string[]): void => {
  const { exitCode, stderr } = Bun.spawnSync(["openssl", ...given], { cwd: folder });
  if (exitCode !== 0) throw new Error(stderr.toString());
};

export type Pair = { cert: string; key: string };

/** An authority of our own and what it signed for localhost: one for `days`, one that has ended. */
export function ownAuthority(days: number) {
  const folder = mkdtempSync(join(tmpdir(), "castor-probes-"));
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const text = (file: string): string => readFileSync(join(folder, file), "utf8");
  try {
    const self = ["-keyout", "ca.key", "-out", "ca.pem", "-days", "400", "-subj", "/O=Own CA"];
    openssl(folder, "req", "-x509", ...curve, ...self);
    writeFileSync(join(folder, "ext"), "subjectAltName=DNS:localhost");
    const signed = (name: string, ...times: string[]): Pair => {
      const asked = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=localhost"];
      openssl(folder, "req", ...curve, ...asked);
      const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "ext"];
      const to = ["-in", `${name}.csr`, "-out", `${name}.pem`];
      openssl(folder, "x509", "-req", ...to, ...by, ...times);
      return { cert: text(`${name}.pem`), key: text(`${name}.key`) };
    };
    const good = signed("good", "-days", String(days));
    const ended = signed("ended", "-days", "-1");
    return { authority: text("ca.pem"), good, ended };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Zone = Readonly<Record<string, readonly Uint8Array[]>>;
const typeA = 1;
const typeTxt = 16;
export const ipv4 = (address: string): Uint8Array =>
  Uint8Array.from(address.split(".").map(Number));
export const txt = (text: string): Uint8Array =>
  Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

/** A name server on a UDP port of loopback (RFC 1035): `A shop.example` by its records' data. */
export async function nameServer(zone: Zone): Promise<{ port: number; close(): void }> {
  const types: Record<number, string> = { [typeA]: "A", [typeTxt]: "TXT" };
  const socket = await Bun.udpSocket({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(udp, query, port, address) {
        const labels: string[] = [];
        let at = 12;
        for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
          labels.push(query.subarray(at + 1, at + 1 + size).toString());
          at += size + 1;
        }
        const asked = query.subarray(12, at + 5);
        const type = asked.readUInt16BE(asked.length - 4);
        const found = zone[`${types[type]} ${labels.join(".")}`];
        const flags = found ? 0x8180 : 0x8183;
        const head = Buffer.from([
          0,
          0,
          flags >> 8,
          flags & 255,
          0,
          1,
          0,
          found?.length ?? 0,
          0,
          0,
          0,
          0,
        ]);
        query.copy(head, 0, 0, 2);
        const answers = (found ?? []).map((data) =>
          Buffer.concat([
            Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]),
            data,
          ]),
        );
        udp.send(Buffer.concat([head, asked, ...answers]), port, address);
      },
    },
  });
  return { port: socket.port, close: () => socket.close() };
}

/** A server that says each line when it has heard the words before it, and then begins TLS. */
export async function beginningTls(
  pair: Pair,
  talk: readonly [hears: string, says: string][],
): Promise<{ port: number; close(): void }> {
  const server = createServer((socket) => {
    let at = 0;
    let heard = "";
    const goOn = (): void => {
      for (let next = talk[at]; next && heard.startsWith(next[0]); next = talk[at]) {
        at++;
        heard = "";
        socket.write(next[1], "latin1");
        if (next[0] === "") continue;
        if (at < talk.length) return;
      }
      if (at < talk.length) return;
      socket.off("data", hear);
      new TLSSocket(socket, { isServer: true, ...pair }).on("error", () => {});
    };
    const hear = (bytes: Buffer): void => {
      heard += bytes.toString("latin1");
      goOn();
    };
    socket.on("data", hear).on("error", () => {});
    goOn();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
