import { type ConfigMistake } from "#kernel";
import { Duration } from "#kernel/contract";
import * as z from "zod";

const portTls = 465;
const Smtp = z
  .object({
    host: z.string().min(1).max(253).describe("The name of the mail server."),
    port: z.number().int().min(1).max(65_535).default(587),
    security: z
      .enum(["tls", "starttls", "none"])
      .optional()
      .describe(
        "`tls` from the first byte (usual on port 465), `starttls` (the default elsewhere, and required), or `none`.",
      ),
    user: z.string().min(1).max(300).optional(),
    password: z
      .string()
      .min(1)
      .max(1_000)
      .meta({ secret: true })
      .optional()
      .describe("Write it as ${NAME} of the environment."),
    trust: z
      .string()
      .max(1_000)
      .optional()
      .describe("A file with the certificate (PEM) that signed the server's; else the machine's."),
  })
  .strict();

export const Config = z
  .object({
    smtp: Smtp.optional().describe("The server that takes letters; without it none are sent."),
    from: z
      .email()
      .max(254)
      .optional()
      .describe("The address that letters come from; needed for sending."),
    fromName: z
      .string()
      .max(80)
      .regex(/^[^\p{Cc}]*$/u, "Write it in one line")
      .default("Castor"),
    keepTrying: Duration.prefault("1d").describe("A letter that could not go for so long fails."),
    waitingMax: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .default(50_000)
      .describe("So many letters may wait; beyond it new ones are refused."),
    connections: z
      .number()
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe("So many letters are handed over at the same time, while many wait."),
    lettersPerMinuteMax: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(600)
      .describe("More than that wait; urgent ones do not."),
  })
  .strict();
export type Config = z.infer<typeof Config>;
export type SmtpConfig = z.infer<typeof Smtp>;

export const securityOf = ({ security, port }: SmtpConfig): "tls" | "starttls" | "none" =>
  security ?? (port === portTls ? "tls" : "starttls");

const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|\[?::1\]?)$/i.test(host);

/** What a schema of one field cannot see. */
export function checkMail(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { smtp, from } = all["mail"] as Config;
  if (!smtp) return [];
  const mistakes: ConfigMistake[] = [];
  if (from === undefined)
    mistakes.push({
      path: ["mail", "smtp"],
      what: "letters have no address that they come from",
      fix: "Set mail.from, such as castor@shop.example.",
    });
  if ((smtp.user === undefined) !== (smtp.password === undefined))
    mistakes.push({
      path: ["mail", "smtp"],
      what: "a user and a password belong together",
      fix: "Set both of mail.smtp.user and mail.smtp.password, or neither.",
    });
  if (smtp.password !== undefined && securityOf(smtp) === "none" && !isLoopback(smtp.host))
    mistakes.push({
      path: ["mail", "smtp", "security"],
      what: "the password would cross the network in clear",
      fix: "Use tls or starttls, or a server on this machine.",
    });
  return mistakes;
}
