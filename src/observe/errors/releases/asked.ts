import { isRefusal } from "#kernel";
import type * as z from "zod";

/** What is asked for, in Sentry's words: any organization, and projects by their names. */
export type Asked = {
  method: string;
  /** Behind the organization, without slashes around it, decoded. */
  parts: string[];
  body: Uint8Array<ArrayBuffer> | undefined;
  contentType: string;
  /** Of an address that names a project. */
  project?: string | undefined;
};

export const told = (status: number, detail: string): Response =>
  Response.json({ detail }, { status });
/** The body as the schema has it, or the answer that says what is wrong with it. */
export function bodyOf<T>({ body }: Asked, schema: z.ZodType<T>): T | Response {
  try {
    const read = schema.safeParse(JSON.parse(new TextDecoder().decode(body)));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    return told(400, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}`);
  } catch {
    return told(400, "The body is no JSON.");
  }
}

/** What a command of ours said, as Sentry's API would. */
export const refusedBy = (decision: unknown): Response | undefined =>
  isRefusal(decision)
    ? told(decision.problem.status, decision.detail ?? decision.problem.title)
    : undefined;
