import { Duration, expressionOf, foundIn } from "#kernel";
import * as z from "zod";
import { Severity } from "./contract.ts";
import { type Target, targetOf } from "./target.ts";

const probesMax = 200;
const textsMax = 20;

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,60}$/, 'Use small letters, digits and "-", and begin with a letter')
  .refine((name) => name !== "constructor", "The runtime itself uses this name");

const Address = z
  .string()
  .max(2_000)
  .transform((text, context): Target => {
    const target = targetOf(text);
    if (typeof target !== "string") return target;
    context.addIssue({ code: "custom", message: target });
    return z.NEVER;
  });

const canRead = (make: (text: string) => unknown) => (text: string) => {
  try {
    make(text);
    return true;
  } catch {
    return false;
  }
};
const notRe2 = "This is no expression of RE2, or too large a one";
const Whole = z.string().min(1).max(2_000).refine(canRead(expressionOf), notRe2);
const Anywhere = z.string().min(1).max(2_000).refine(canRead(foundIn), notRe2);
const listed = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((each) => [each]), z.array(one).min(1).max(textsMax)]);

const Status = z.union([
  z.number().int().min(100).max(599),
  z.string().regex(/^[1-5]xx$/, 'Write a status such as 200, or a class such as "2xx"'),
]);

const Expect = z
  .object({
    status: listed(Status)
      .optional()
      .describe("Of HTTP, such as 200 or 2xx; else 200 to 399 are well."),
    contains: listed(z.string().min(1).max(2_000))
      .optional()
      .describe("Texts that must be in the body, in what is said first, or among the records."),
    lacks: listed(z.string().min(1).max(2_000))
      .optional()
      .describe("Texts that must not be there."),
    matches: listed(Anywhere)
      .optional()
      .describe("Expressions (RE2) that some part of its first 128 KB must be."),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, "This cannot name a header"), Whole)
      .optional()
      .describe("Headers of the answer, each with an expression that its whole value must be."),
    records: z
      .array(z.string().min(1).max(500))
      .min(1)
      .max(textsMax)
      .optional()
      .describe("Of DNS: exactly these records, in any order."),
    within: Duration.optional().describe("A slower answer has failed."),
  })
  .strict();
export type Expect = z.infer<typeof Expect>;

/** What a target of some kind cannot be asked for. */
const foreign: Record<Target["kind"], readonly (keyof Expect)[]> = {
  http: ["records"],
  tcp: ["status", "headers", "records"],
  tls: ["status", "headers", "records"],
  ping: ["status", "headers", "records", "contains", "lacks", "matches"],
  dns: ["status", "headers"],
};
const httpOnly = ["method", "headers", "body", "follow"] as const;

export const Probe = z
  .object({
    url: Address.describe(
      "What to ask: `https://…`, `tcp://host:port`, `tls://host:port`, `smtp://host:port` (also imap, pop3 and postgres: TLS that begins after the greeting), `ping:host`, or `dns://server/name?type=A` (without the server: `dns:name`).",
    ),
    every: Duration.prefault("30s")
      .refine((ms) => ms >= 5_000 && ms <= 86_400_000, 'From "5s" to "1d"')
      .describe("How often; ±10 % by chance, and every 10 s at least while it fails."),
    timeout: Duration.prefault("5s")
      .refine((ms) => ms >= 100 && ms <= 60_000, 'From "100ms" to "60s"')
      .describe("A beat that takes longer has failed."),
    failsAfter: z.number().int().min(1).max(20).default(3).describe("So many failures in a row."),
    passesAfter: z.number().int().min(1).max(20).default(2).describe("So many passes in a row."),
    severity: Severity.default("error").describe("Of the alert while it fails."),
    service: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe(
        "The service that it looks at: its alert is about it, for routes, runbooks and what depends on what.",
      ),
    expect: Expect.prefault({}).describe("What the answer must be like."),
    certificateEnds: Duration.prefault("14d").describe(
      "An alert when a certificate that is shown ends within that time; 0d for none.",
    ),
    trust: z
      .string()
      .max(1_000)
      .optional()
      .describe("A file with the authority (PEM) that signed the certificate; else the machine's."),
    follow: z
      .boolean()
      .optional()
      .describe("Follows up to 5 redirects and judges the last answer."),
    method: z
      .enum(["GET", "HEAD", "POST", "PUT", "OPTIONS"])
      .optional()
      .describe("GET, if not said."),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9-]{1,100}$/, "This cannot name a header"),
        z
          .string()
          .max(4_000)
          .regex(/^[^\r\n\0]*$/, "Write it in one line")
          .meta({ secret: true }),
      )
      .optional()
      .describe("Sent with the request."),
    body: z
      .string()
      .max(65_536)
      .meta({ secret: true })
      .optional()
      .describe("Sent with the request."),
  })
  .strict()
  .check(({ value, issues }) => {
    const { kind } = value.url;
    const wrong = (path: string[], message: string): void =>
      void issues.push({ code: "custom", input: value, path, message });
    for (const field of foreign[kind])
      if (value.expect[field] !== undefined) wrong(["expect", field], `A ${kind} target has none`);
    if (kind !== "http")
      for (const field of httpOnly)
        if (value[field] !== undefined) wrong([field], "Only http and https take this");
    if (value.body !== undefined && ["GET", "HEAD", undefined].includes(value.method))
      wrong(["body"], "A body needs a method such as POST");
    if (value.expect.within !== undefined && value.expect.within > value.timeout)
      wrong(["expect", "within"], "The timeout comes first");
  });
export type Probe = z.infer<typeof Probe>;

export const Config = z
  .record(Name, Probe)
  .refine((all) => Object.keys(all).length <= probesMax, `${probesMax} at most`)
  .default({})
  .describe("What Castor looks at from outside, each by a name.");
export type Config = z.infer<typeof Config>;
