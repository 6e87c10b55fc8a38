import type { Config, IntakeConfig } from "../config.ts";

const digest = (text: string): Uint8Array => new Bun.CryptoHasher("sha256").update(text).digest();
/** Takes the same time wherever they differ. */
const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.reduce((differ, byte, at) => differ | (byte ^ (b[at] ?? 0)), a.length ^ b.length) === 0;

/** What somebody who asks may know a token by: a part of the path, or HTTP authorization (bearer, or a password). */
export function tokensIn(request: Request, segment: string): string[] {
  const [kind = "", value = ""] = (request.headers.get("authorization") ?? "").split(" ");
  const found = segment === "" ? [] : [segment];
  if (/^(bearer|token|genietoken)$/i.test(kind)) found.push(value.replace(/^token=/, ""));
  if (/^basic$/i.test(kind)) {
    const text = Buffer.from(value, "base64").toString();
    found.push(text.slice(text.indexOf(":") + 1));
  }
  return found;
}

export type Opened = { name: string; intake: IntakeConfig };

/** The intake of this format that one of these tokens opens; every one is compared, in constant time. */
export function intakeFor(
  config: Pick<Config, "intakes">,
  format: IntakeConfig["format"],
  tokens: readonly string[],
): Opened | undefined {
  const given = tokens.map(digest);
  let opened: Opened | undefined;
  for (const [name, intake] of Object.entries(config.intakes)) {
    if (intake.format !== format) continue;
    const wanted = digest(intake.token);
    for (const each of given) if (same(each, wanted)) opened = { name, intake };
  }
  return opened;
}
