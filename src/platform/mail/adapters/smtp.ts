import type { NodemailerError } from "nodemailer";
import type { Line, Post, Reply, Server, Stamped } from "../post.ts";

const connectWithinMs = 10_000;
const replyWithinMs = 20_000;
const replyBytesMax = 64 * 1_024;

/** Loaded with the first letter: many Castors never send one. */
async function library() {
  const [{ default: SmtpConnection }, { default: MailComposer }] = await Promise.all([
    import("nodemailer/lib/smtp-connection"),
    import("nodemailer/lib/mail-composer"),
  ]);
  return { SmtpConnection, MailComposer };
}
type Library = Awaited<ReturnType<typeof library>>;
type Connection = InstanceType<Library["SmtpConnection"]>;

/** RFC 5321 and 3207 by nodemailer: one connection, one letter after another. */
export const smtpPost: Post = {
  open: async (server) => {
    const { SmtpConnection, MailComposer } = await library();
    const connection = new SmtpConnection({
      host: server.host,
      port: server.port,
      secure: server.security === "tls",
      requireTLS: server.security === "starttls",
      ignoreTLS: server.security === "none",
      connectionTimeout: connectWithinMs,
      greetingTimeout: connectWithinMs,
      dnsTimeout: connectWithinMs,
      socketTimeout: replyWithinMs,
      maxResponseSize: replyBytesMax,
      tls: { minVersion: "TLSv1.2", ...(server.trust === undefined ? {} : { ca: server.trust }) },
    });
    try {
      await connected(connection);
      await login(connection, server);
    } catch (why) {
      connection.close();
      throw why;
    }
    return line(connection, MailComposer);
  },
};

/** An error may come by the callback, by the event, or by both; whichever is first counts. */
const connected = (connection: Connection): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.on("error", reject);
    connection.connect((why) => (why ? reject(why) : resolve()));
  });

const login = (connection: Connection, { credentials }: Server): Promise<void> =>
  credentials === undefined
    ? Promise.resolve()
    : new Promise((resolve, reject) => {
        connection.on("error", reject);
        const { user, password: pass } = credentials;
        connection.login({ user, pass }, (why) => (why ? reject(why) : resolve()));
      });

function line(connection: Connection, MailComposer: Library["MailComposer"]): Line {
  return {
    hand: async (letter) => {
      const message = await new MailComposer(headed(letter)).compile().build();
      return new Promise<Reply>((resolve) => {
        const broken = (why: Error): void => resolve({ kind: "broken", said: why.message });
        connection.once("error", broken);
        const envelope = { from: letter.from.address, to: [letter.to] };
        const done = (reply: Reply): void => {
          connection.off("error", broken);
          resolve(reply);
        };
        connection.send(envelope, message, (why, info) => {
          if (!why) return done({ kind: "taken", said: info?.response ?? "" });
          const reply = refused(why);
          // Servers keep the refused letter's sender until they are told to forget it (RFC 5321 §4.1.1.5).
          if (reply.kind === "broken") done(reply);
          else connection.reset(() => done(reply));
        });
      });
    },
    close: () => connection.quit(),
  };
}

/** Only what is said of the receiver or the letter is final; what is said of the sender is for the operator to mend. */
function refused(why: NodemailerError): Reply {
  if (why.responseCode === undefined) return { kind: "broken", said: why.message };
  const isFinal = why.responseCode >= 500 && /^(RCPT TO|DATA)/i.test(why.command ?? "");
  const isAddress = isFinal && /^RCPT TO/i.test(why.command ?? "") && why.responseCode !== 554;
  return {
    kind: isFinal ? "never" : "later",
    said: why.message,
    ...(isAddress ? { isAddress } : {}),
  };
}

const headed = (letter: Stamped) => ({
  from: letter.from,
  to: letter.to,
  subject: letter.subject,
  text: letter.text,
  ...(letter.html === undefined ? {} : { html: letter.html }),
  ...(letter.replyTo === undefined ? {} : { replyTo: letter.replyTo }),
  messageId: letter.messageId,
  ...(letter.references === undefined
    ? {}
    : { references: letter.references, inReplyTo: letter.references }),
  // A letter may not make the server read files or fetch addresses for it.
  disableFileAccess: true,
  disableUrlAccess: true,
  headers: {
    // RFC 3834: nobody's absence notice shall answer a machine.
    "Auto-Submitted": "auto-generated",
    ...(letter.isImportant ? { "X-Priority": "1", Importance: "high" } : {}),
    ...(letter.unsubscribe === undefined
      ? {}
      : {
          "List-Unsubscribe": `<${letter.unsubscribe}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }),
  },
});
