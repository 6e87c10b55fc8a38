import type * as z from "zod";
import { refusalResponse, wrongInput } from "./problems.ts";

const bodyBytesMax = 32_768;

/** The request's JSON if it fits the schema, or the response that says why not. */
export async function readBody<T>(request: Request, schema: z.ZodType<T>): Promise<T | Response> {
  if (Number(request.headers.get("content-length") ?? 0) > bodyBytesMax) return tooLarge();
  const text = await request.text();
  if (text.length > bodyBytesMax) return tooLarge();
  const type = request.headers.get("content-type") ?? "";
  if (text !== "" && !type.startsWith("application/json")) {
    return refusalResponse(wrongInput("Send JSON with content-type application/json."));
  }
  const checked = schema.safeParse(parse(text));
  if (checked.success) return checked.data;
  const errors = checked.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  return refusalResponse(wrongInput("Some fields are not valid.", { errors }));
}

const tooLarge = (): Response =>
  refusalResponse(wrongInput(`The body is larger than ${bodyBytesMax} bytes.`));

function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A JSON answer that no cache keeps; cookies become Secure behind TLS. */
export function jsonResponse(
  body: unknown,
  of: { cookies?: readonly string[]; secure?: boolean; status?: number } = {},
): Response {
  const headers = new Headers({ "content-type": "application/json", "cache-control": "no-store" });
  for (const cookie of of.cookies ?? []) {
    headers.append("set-cookie", of.secure ? `${cookie}; Secure` : cookie);
  }
  return new Response(JSON.stringify(body), { status: of.status ?? 200, headers });
}
