import type { ConfigMistake } from "#kernel";
import { Duration } from "#kernel/contract";
import * as z from "zod";

const Secret = z.string().min(1).max(4_000).meta({ secret: true });
const Line = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^[^\p{Cc}]*$/u, "Write it in one line");
/** Neither an option of a program nor a way out of a quoted word. */
const Word = Line.regex(/^[^-"'\\`$\s][^"'\\`$\s]*$/, "Write it without spaces and quotes");
const File_ = Line.describe("A file; relative to the folder of castor.yaml.");

const Directory = z
  .object({ kind: z.literal("directory"), path: File_.describe("A folder that is served.") })
  .strict();
const S3 = z
  .object({
    kind: z.literal("s3"),
    bucket: Word,
    endpoint: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Of another provider than AWS, such as https://s3.fr-par.scw.cloud."),
    region: Word.default("us-east-1"),
    prefix: z
      .string()
      .max(200)
      .regex(/^$|^[\w./-]*[^/]$/, "Write it without a slash at the end")
      .default("")
      .describe("A folder within the bucket."),
    accessKeyId: Secret.describe("Write it as ${NAME} of the environment."),
    secretAccessKey: Secret,
  })
  .strict();
const Git = z
  .object({
    kind: z.literal("git"),
    url: Word.describe("What `git push` takes; without a password."),
    branch: z
      .string()
      .regex(/^[a-z0-9][a-z0-9/._-]{0,99}$/i)
      .default("gh-pages")
      .describe("A branch for the page alone: it holds one commit, the page as it is."),
    user: Word.default("castor").describe("For https."),
    token: Secret.optional().describe("For https, in place of a password."),
    key: File_.optional().describe("For ssh: the private key's file."),
    knownHosts: File_.optional().describe("For ssh: who the server must be."),
  })
  .strict();
const Ssh = z
  .object({
    kind: z.literal("ssh"),
    host: Word,
    port: z.number().int().min(1).max(65_535).default(22),
    user: Word,
    path: Line.regex(/^[^"\\]+$/, 'Write it without " and \\').describe("The folder there."),
    key: File_.describe("The private key's file; its passphrase, if any, in an agent."),
    knownHosts: File_.optional().describe("Who the server must be; the account's list otherwise."),
  })
  .strict();
const WebDav = z
  .object({
    kind: z.literal("webdav"),
    url: z.url({ protocol: /^https?$/ }).describe("The folder there."),
    user: Line.optional(),
    password: Secret.optional(),
  })
  .strict();

export const Target = z.discriminatedUnion("kind", [Directory, S3, Git, Ssh, WebDav]);
export type Target = z.infer<typeof Target>;
export type TargetOf<K extends Target["kind"]> = Extract<Target, { kind: K }>;

const everyMsMin = 15_000;
const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'Use small letters, digits and "-"');
export const Publish = z
  .object({
    every: Duration.refine((ms) => ms >= everyMsMin, "At most every 15 s")
      .prefault("1m")
      .describe("The page is written again so often, so that readers see that it is alive."),
    targets: z
      .record(Name, Target)
      .default({})
      .describe("Where the page lives besides here: it stays there when Castor is down."),
  })
  .strict();
export type Publish = z.infer<typeof Publish>;

const isLoopback = (url: string): boolean =>
  /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);

/** `user:password@`, or a token in the user's place: an address is shown and logged, as no secret is. */
function holdsSecret(target: Target): boolean {
  const of = "url" in target ? target.url : "endpoint" in target ? target.endpoint : undefined;
  const account = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(of ?? "")?.[1];
  if (account === undefined) return false;
  return account.includes(":") || /^https?:/i.test(of ?? "");
}
const secretFix = {
  webdav: "Take it out of `url` and set `user` and `password` (as ${NAME} of the environment).",
  git: "Take it out of `url` and set `user` and `token` (as ${NAME} of the environment), or over ssh `key`.",
  s3: "Take it out of `endpoint` and set `accessKeyId` and `secretAccessKey`.",
};

/** What a schema of one field cannot see. */
export function targetMistakes({ targets }: Publish): ConfigMistake[] {
  return Object.entries(targets).flatMap(([name, target]) => {
    const path = ["status-page", "publish", "targets", name];
    if (target.kind in secretFix && holdsSecret(target))
      return [
        {
          path,
          what: "the address holds an account, and addresses are shown and logged",
          fix: secretFix[target.kind as keyof typeof secretFix],
        },
      ];
    if (target.kind === "webdav" && (target.user === undefined) !== (target.password === undefined))
      return [
        {
          path,
          what: "a user and a password belong together",
          fix: "Set both of them, or neither.",
        },
      ];
    if (
      target.kind === "webdav" &&
      target.password !== undefined &&
      target.url.startsWith("http:") &&
      !isLoopback(target.url)
    )
      return [{ path, what: "the password would cross the network in clear", fix: "Use https." }];
    if (target.kind === "git" && target.token !== undefined && !target.url.startsWith("https:"))
      return [
        {
          path,
          what: "a token is for https alone",
          fix: "Write the url as https://…, or use key and knownHosts.",
        },
      ];
    return [];
  });
}

/** For people, without what is secret. */
export function whereOf(target: Target): string {
  switch (target.kind) {
    case "directory":
      return target.path;
    case "s3":
      return [target.endpoint ?? "s3", target.bucket, target.prefix].filter(Boolean).join("/");
    case "git":
      return `${target.url.replace(/\/\/[^/@]*@/, "//")} ${target.branch}`;
    case "ssh":
      return `${target.user}@${target.host}:${target.path}`;
    case "webdav":
      return target.url;
  }
}
