import { connect as connectPlain, isIP, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type TLSSocket } from "node:tls";
import type { Millis } from "./contract.ts";
import { distrustOf, type PeerCertificate, peerCertificate } from "./peer-certificate.ts";
import { agreedOnTls, type Preface } from "./starttls.ts";

export type Hello = {
  /** What the other side said first, up to 4 KB of UTF-8. */
  said: string;
  certificate?: PeerCertificate;
  /** Why the certificate does not hold for the name. */
  distrust?: string;
};
export type HelloTo = {
  host: string;
  port: number;
  timeoutMs: Millis;
  /** With TLS; `trust` is an authority (PEM) instead of the machine's. After a preface what is heard is what it greeted with. */
  tls?: { trust?: string | undefined; preface?: Preface | undefined };
  /** Without it nothing is listened for: a connection is enough. */
  isEnough?(said: string): boolean;
};

const saidBytesMax = 4_096;
/** Whoever does not hang up in turn is left. */
const partingMs: Millis = 1_000;

/** Opens a connection, listens until it has heard enough, the other side hangs up or the time is over, and closes it. Throws where there is none. */
export async function hello(to: HelloTo): Promise<Hello> {
  const begunAt = performance.now();
  const preface = to.tls?.preface;
  const agreed =
    preface === undefined
      ? undefined
      : await agreedOnTls(to, preface, AbortSignal.timeout(to.timeoutMs));
  const { promise, resolve, reject } = Promise.withResolvers<Hello>();
  const socket = open(to, agreed?.socket);
  const heard: Hello = { said: agreed?.said ?? "" };
  const isStanding = (): boolean => to.tls === undefined || heard.certificate !== undefined;
  const late = setTimeout(
    () => {
      if (isStanding() && !socket.connecting) resolve(heard);
      else reject(new Error(`no connection within ${to.timeoutMs} ms`));
    },
    to.timeoutMs - (performance.now() - begunAt),
  );
  const stands = (): void => {
    if (to.tls) Object.assign(heard, proofOf(socket as TLSSocket, to.host));
    if (to.isEnough === undefined || agreed || heard.distrust !== undefined) resolve(heard);
  };
  socket.once(to.tls ? "secureConnect" : "connect", stands);
  const text = new TextDecoder();
  let bytesLeft = saidBytesMax;
  socket.on("data", (bytes: Buffer) => {
    // A letter may come in two pieces.
    heard.said += text.decode(bytes.subarray(0, bytesLeft), { stream: true });
    bytesLeft = Math.max(0, bytesLeft - bytes.length);
    if (to.isEnough?.(heard.said) !== false || bytesLeft === 0) resolve(heard);
  });
  socket.once("close", () =>
    isStanding() ? resolve(heard) : reject(new Error("it hung up before the connection stood")),
  );
  socket.once("error", reject);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    socket.on("error", () => {}); // What breaks while it is closed is no news.
    // In order, so that nobody notes a broken connection for each look at them.
    socket.end();
    setTimeout(() => socket.destroy(), partingMs).unref();
  }
}

const open = ({ host, port, tls }: HelloTo, over?: Socket): Socket =>
  tls === undefined
    ? connectPlain({ host, port })
    : connectTls({
        ...(over ? { socket: over } : { host, port }),
        ...{ servername: isIP(host) === 0 ? host : "" },
        ...(tls.trust === undefined ? {} : { ca: tls.trust }),
        // It is looked at below: one that does not hold is a finding, not a failure of the network.
        rejectUnauthorized: false,
      });

function proofOf(socket: TLSSocket, host: string): Pick<Hello, "certificate" | "distrust"> {
  const shown = socket.getPeerCertificate();
  const certificate = peerCertificate(shown);
  const why: unknown = socket.authorizationError ?? checkServerIdentity(host, shown);
  if (why === undefined || why === null) return { certificate };
  const code = typeof why === "string" ? why : ((why as { code?: string }).code ?? String(why));
  return { certificate, distrust: distrustOf(code) ?? `its certificate does not hold: ${code}` };
}
