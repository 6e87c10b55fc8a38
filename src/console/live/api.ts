import { typedName } from "./typed-name.ts";

/** A problem document (RFC 9457) as the console shows it. */
export type ProblemShown = {
  status: number;
  type: string;
  title: string;
  detail: string;
  /** What is wrong with single fields. */
  fields: readonly { path: string; message: string }[];
  /** What has to be typed before it is done, as nobody else could approve it. */
  confirm?: string;
  /** What waits for a second person now. */
  approval?: string;
  /** What to do, where the problem's own page does not say it. */
  help?: string;
};

/** Thrown by every call that Castor refused or that never reached it. */
export class ProblemError extends Error {
  readonly problem: ProblemShown;
  constructor(problem: ProblemShown) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

const UNREACHABLE: ProblemShown = {
  status: 0,
  type: "unreachable",
  title: "Castor does not answer",
  detail: "The control process cannot be reached from this browser.",
  fields: [],
  help: "It may be restarting: traffic flows on meanwhile. This page tries again by itself.",
};

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

const fieldsOf = (errors: unknown): ProblemShown["fields"] =>
  (Array.isArray(errors) ? errors : []).flatMap((each: { path?: unknown; message?: unknown }) => {
    const message = text(each.message);
    return message === undefined ? [] : [{ path: text(each.path) ?? "", message }];
  });

const textsOf = <K extends string>(
  body: Record<string, unknown>,
  ...names: K[]
): Partial<Record<K, string>> =>
  Object.fromEntries(
    names.flatMap((name) => (typeof body[name] === "string" ? [[name, body[name]]] : [])),
  ) as Partial<Record<K, string>>;

/** Reads why a response is not what was asked for, whatever shape the body has. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: Record<string, unknown> = await response.json().catch(() => ({}));
  const title = text(body["title"]) ?? text(body["message"]) ?? `The answer was ${response.status}`;
  return new ProblemError({
    status: response.status,
    type: text(body["type"]) ?? text(body["code"]) ?? "about:blank",
    title,
    detail: text(body["detail"]) ?? text(body["message"]) ?? title,
    fields: fieldsOf(body["errors"]),
    ...textsOf(body, "confirm", "approval"),
  });
}

/** `fetch` that answers with the response or throws a `ProblemError`. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ProblemError(UNREACHABLE);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export type QueryInput = Record<string, string | number | boolean | undefined>;

export const queryPath = (query: string, input: QueryInput = {}): string => {
  const known = Object.entries(input).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(known.map(([name, value]) => [name, String(value)]));
  return `/api/${query}${search.size > 0 ? `?${search}` : ""}`;
};

/** An answer, and how far the log went when it was made. */
export type Placed<T> = { answer: T; position: number };

/** Asks for the answer at a path once. */
export async function askAt<T>(path: string, signal?: AbortSignal): Promise<Placed<T>> {
  const response = await call(path, {
    headers: { accept: "application/json" },
    ...(signal ? { signal } : {}),
  });
  const position = Number(response.headers.get("castor-position") ?? 0);
  return { answer: await response.json(), position };
}

/** Asks a query once. */
export async function ask<T>(
  query: string,
  input: QueryInput = {},
  signal?: AbortSignal,
): Promise<T> {
  return (await askAt<T>(queryPath(query, input), signal)).answer;
}

const once = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

/**
 * Sends a command; the idempotency key makes a repeated send harmless. Where something is lost and nobody else could approve
 * it, its name is asked for first.
 */
export async function send<T = unknown>(
  command: string,
  input: unknown = {},
  confirm?: string,
): Promise<T> {
  const typed = confirm === undefined ? "" : `?${new URLSearchParams({ confirm })}`;
  try {
    const response = await call(`/api/${command}${typed}`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": once() },
      body: JSON.stringify(input),
    });
    const body = await response.text();
    return JSON.parse(body === "" ? "{}" : body);
  } catch (error) {
    const asked =
      error instanceof ProblemError && confirm === undefined ? error.problem : undefined;
    if (asked?.confirm === undefined || !(await typedName(asked.confirm, asked.detail)))
      throw error;
    return await send<T>(command, input, asked.confirm);
  }
}
