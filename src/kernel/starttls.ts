import { connect, type Socket } from "node:net";

/** What is spoken in clear before both sides change to TLS. */
export type Preface = "smtp" | "imap" | "pop3" | "postgres";

type Step = { say: string; isOver: RegExp; isYes: RegExp };
const line = /\n/;
/** In SMTP a dash after the code says that more lines come (RFC 5321, 4.2.1). */
const lastOfSmtp = /^\d{3}(?!-)[^\n]*\n/m;
const smtpYes = /^2\d\d(?!-)/m;
/** RFC 3207, RFC 9051 (6.2.1), RFC 2595 (4), and PostgreSQL's SSLRequest. */
const talks: Readonly<Record<Preface, readonly Step[]>> = {
  smtp: [
    { say: "", isOver: lastOfSmtp, isYes: smtpYes },
    { say: "EHLO castor\r\n", isOver: lastOfSmtp, isYes: smtpYes },
    { say: "STARTTLS\r\n", isOver: lastOfSmtp, isYes: smtpYes },
  ],
  imap: [
    { say: "", isOver: line, isYes: /^\* OK/i },
    { say: "a1 STARTTLS\r\n", isOver: /^a1 [^\n]*\n/m, isYes: /^a1 OK/im },
  ],
  pop3: [
    { say: "", isOver: line, isYes: /^\+OK/ },
    { say: "STLS\r\n", isOver: line, isYes: /^\+OK/ },
  ],
  postgres: [{ say: "\0\0\0\u0008\u0004\u00d2\u0016\u002f", isOver: /./s, isYes: /^S/ }],
};

const saidCharsMax = 4_096;

/** A connection on which both sides have agreed to begin TLS now, and what was said first. Throws where they do not. */
export async function agreedOnTls(
  { host, port }: { host: string; port: number },
  preface: Preface,
  signal: AbortSignal,
): Promise<{ socket: Socket; said: string }> {
  const socket = connect({ host, port });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const steps = talks[preface];
  let first: string | undefined;
  let heard = "";
  let at = 0;
  const listen = (bytes: Buffer): void => {
    heard += bytes.toString("latin1");
    const step = steps[at];
    if (heard.length > saidCharsMax) return reject(new Error("no STARTTLS: it says too much"));
    if (!step?.isOver.test(heard)) return;
    if (!step.isYes.test(heard)) return reject(new Error("no STARTTLS: it refuses"));
    first ??= heard;
    heard = "";
    const next = steps[++at];
    if (next) socket.write(next.say, "latin1");
    else resolve(first);
  };
  socket.on("data", listen);
  socket.once("connect", () => socket.write(steps[0]?.say ?? "", "latin1"));
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("it hung up before the connection stood")));
  signal.addEventListener("abort", () => reject(signal.reason as Error));
  try {
    const said = await promise;
    socket.off("data", listen);
    return { socket, said };
  } catch (why) {
    socket.on("error", () => {}); // What breaks while it is closed is no news.
    socket.destroy();
    throw why;
  }
}
