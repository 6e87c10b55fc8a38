import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, exit } from "./command.ts";
import { plain } from "./ink.ts";
import { type Sent, sentEvents } from "./sent-events.ts";

export const consoleUrlOtherwise = "http://127.0.0.1:4600";
const answerWithinMs = 15_000;
/** A data folder in the current folder; the demonstration has its own inside. */
const dataFolders = [".castor", ".castor/demo"];

/** A Castor to talk to. */
export type Target = { url: string; token?: string };

type Sources = {
  flags: { url?: string | undefined; token?: string | undefined; data?: string | undefined };
  env: Readonly<Record<string, string | undefined>>;
  folder: string;
};

/** The `run` folder of the Castor that was started last in this folder, if one was. */
function runFolderOf({ flags, env, folder }: Sources): string | undefined {
  const given = flags.data ?? env["CASTOR_DATA"];
  return (given === undefined ? dataFolders : [given])
    .map((each) => join(resolve(folder, each), "run"))
    .filter((each) => existsSync(join(each, "local-token")))
    .sort((a, b) => tokenAge(b) - tokenAge(a))[0];
}

/** Where Castor is and how to be let in: options first, then the environment, then what runs in this folder. */
export function findTarget(sources: Sources): Target {
  const { flags, env } = sources;
  const run = runFolderOf(sources);
  const url = flags.url ?? env["CASTOR_URL"];
  // The local token opens this machine's Castor only: it must never travel to another address.
  const local = url === undefined && run ? readIn(run, "local-token") : undefined;
  const token = flags.token ?? env["CASTOR_TOKEN"] ?? local;
  const here = (run ? readIn(run, "url") : undefined) ?? consoleUrlOtherwise;
  return { url: (url ?? here).replace(/\/+$/, ""), ...(token === undefined ? {} : { token }) };
}
const tokenAge = (run: string): number => statSync(join(run, "local-token")).mtimeMs;
const readIn = (run: string, name: string): string | undefined =>
  existsSync(join(run, name)) ? readFileSync(join(run, name), "utf8").trim() : undefined;

/** Castor does not answer there. */
export class Unreachable extends Failure {
  constructor(target: Target) {
    const here = target.url === consoleUrlOtherwise || target.url.includes("127.0.0.1");
    super(
      `Castor is not running ${here ? "here" : "there"} (${target.url} does not answer).`,
      here ? "Start it with `castor up`, or name another with --url." : "Check --url.",
      exit.unreachable,
    );
  }
}

export type ProblemDocument = {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  instance?: string;
  errors?: { path: string | (string | number)[]; message: string }[];
};

/** Castor said no, and why (RFC 9457). */
export class Refused extends Failure {
  readonly problem: ProblemDocument;
  constructor(problem: ProblemDocument, site: string) {
    const fields = (problem.errors ?? []).map(({ path, message }) => {
      const field = Array.isArray(path) ? path.join(".") : path;
      return `\n  ${plain(field ? `${field}: ${message}` : message)}`;
    });
    const { title = `Status ${problem.status}`, detail } = problem;
    const more = detail && detail !== title && fields.length === 0 ? ` ${detail}` : "";
    super(`${plain(`${ended(title)}${more}`)}${fields.join("")}`, refusedFix(problem, site));
    this.problem = problem;
  }
}
const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
function refusedFix({ status, instance, type }: ProblemDocument, site: string): string {
  if (status === 401)
    return "Give a token: --token, CASTOR_TOKEN, or run it in the data folder's parent.";
  if (status >= 500 && instance) return `The log of control has more under ${instance}.`;
  return type?.includes("/problems/") ? plain(`More: ${new URL(type, site).href}`) : "";
}

/** Beside its input: what was typed to confirm a loss, and whether it is only to be tried out. */
export type Deed = { confirm?: string | undefined; dryRun?: boolean };

/** Talks to control: `ask` reads, `act` changes, `follow` reads for as long as it is wanted. */
export type Api = {
  readonly target: Target;
  ask(
    query: string,
    input?: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<unknown>;
  act(verb: string, input?: unknown, how?: Deed): Promise<unknown>;
  /** Sends a body as it is, and reads what comes of it. */
  put(route: string, body: Uint8Array<ArrayBuffer>): Promise<unknown>;
  /** What a route gives, part by part: downloads. */
  stream(
    route: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<AsyncIterable<Uint8Array>>;
  follow(
    query: string,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): AsyncGenerator<Sent>;
};

/** The target is looked up for each request, because control makes a new local token whenever it starts. */
export function api(find: () => Target): Api {
  const pathOf = (name: string, input: Readonly<Record<string, unknown>>): string => {
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    const query =
      given.length > 0
        ? `?input=${encodeURIComponent(JSON.stringify(Object.fromEntries(given)))}`
        : "";
    return `/api/${name}${query}`;
  };
  const send = async (path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> => {
    const target = find();
    const auth = target.token ? { authorization: `Bearer ${target.token}` } : {};
    const request = {
      ...init,
      headers: { ...auth, ...init.headers },
      proxy: "",
      ...(signal ? { signal } : {}),
    };
    const response = await fetch(target.url + path, request).catch((error: unknown) => {
      // Somebody gave up waiting on purpose; running out of time is another matter.
      if (signal?.aborted && !isTimeout(signal.reason)) throw error;
      throw new Unreachable(target);
    });
    if (response.ok) return response;
    throw new Refused(await problemOf(response), target.url);
  };
  return {
    get target() {
      return find();
    },
    ask: async (query, input = {}, signal) =>
      await (await send(pathOf(query, input), {}, inTime(signal))).json(),
    act: async (verb, input = {}, { confirm, dryRun = false } = {}) => {
      const wishes = new URLSearchParams({
        ...(confirm === undefined ? {} : { confirm }),
        ...(dryRun ? { "dry-run": "true" } : {}),
      });
      const deed = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      };
      const response = await send(
        `/api/${verb}${wishes.size > 0 ? `?${wishes}` : ""}`,
        deed,
        inTime(),
      );
      return await response.json();
    },
    put: async (route, body) =>
      await (await send(`/api/${route}`, { method: "POST", body }, inTime())).json(),
    stream: async (route, parameters) => {
      const response = await send(`/api/${route}?${new URLSearchParams(parameters)}`, {});
      return response.body ?? new ReadableStream<Uint8Array>();
    },
    follow: (query, input, signal) =>
      sentEvents(async (headers) => await send(pathOf(query, input), { headers }, signal), signal),
  };
}

const inTime = (signal?: AbortSignal): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(answerWithinMs), ...(signal ? [signal] : [])]);
const isTimeout = (reason: unknown): boolean =>
  reason instanceof DOMException && reason.name === "TimeoutError";

async function problemOf(response: Response): Promise<ProblemDocument> {
  const otherwise = { status: response.status, title: `Castor answered ${response.status}` };
  if (!response.headers.get("content-type")?.includes("json")) return otherwise;
  try {
    return { ...otherwise, ...((await response.json()) as object) };
  } catch {
    return otherwise;
  }
}
