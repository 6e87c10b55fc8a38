import { sameSecret } from "#kernel";
import type { Config, IntakeConfig } from "../config.ts";

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
  let opened: Opened | undefined;
  for (const [name, intake] of Object.entries(config.intakes)) {
    if (intake.format !== format) continue;
    for (const each of tokens) if (sameSecret(each, intake.token)) opened = { name, intake };
  }
  return opened;
}
