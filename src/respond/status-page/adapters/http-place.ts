import { readBytesMax } from "../publish/place.ts";

const saidCharsMax = 200;

/** An answer that is not what was asked for, as an error that an operator can read. */
export async function refusal(what: string, answer: Response): Promise<Error> {
  const text = (await answer.text().catch(() => "")).slice(0, 5_000);
  // S3 says what is wrong in <Code> and <Message>; others in the title of a page.
  const found = /<Code>([^<]*)<\/Code>\s*(?:<Message>([^<]*))?|<title>([^<]*)/i.exec(text);
  const said = (found?.slice(1).filter(Boolean).join(": ") ?? "").replaceAll(/\s+/g, " ");
  return new Error(
    `${what} was answered ${answer.status}${said === "" ? "" : ` (${said.slice(0, saidCharsMax)})`}`,
  );
}

/** The text of a file that Castor wrote. */
export async function textOf(path: string, answer: Response): Promise<string> {
  const text = await answer.text();
  if (text.length > readBytesMax) throw new Error(`${path} there is too large to be ours`);
  return text;
}

/** Not the address itself, which may carry a signature. */
export const unreachable = (host: string, why: unknown): Error => {
  const { code, name } = why as { code?: unknown; name?: string };
  if (name === "AbortError" || name === "TimeoutError") return new Error(`${host} took too long`);
  return new Error(`${host} cannot be reached${typeof code === "string" ? ` (${code})` : ""}`);
};

/** What is asked is not kept for long by whoever stands between. */
export const cacheControl = (path: string): string =>
  path.endsWith(".json") ? "public, max-age=15" : "public, max-age=30, stale-while-revalidate=60";
