import { type Actor, isRefusal, type Refusal, type Role } from "../contract.ts";
import type { Identity } from "../auth/auth.ts";
import type * as z from "zod";
import { invalidInput, wrongInput } from "../runtime/wrong-input.ts";
import type { Castor } from "../runtime/castor.ts";
import type { Pass } from "../runtime/gate.ts";
import { fromFlat } from "./flat.ts";
import type { liveAnswers } from "./live.ts";
import { jsonOrProblem, notJson, problemResponse, tooLarge } from "./problems.ts";

export type VerbEntry = {
  name: string;
  kind: "command" | "action" | "query";
  allow: Role;
  input: z.ZodType;
};

/** Beside the input, in the address: what was typed to confirm a loss, and whether it is only to be tried out. */
function wishes(request: Request): { pass: Pass; dryRun: boolean } | undefined {
  const { searchParams } = new URL(request.url);
  const { confirm, "dry-run": dry, ...others } = Object.fromEntries(searchParams);
  // A misspelt dry run must not be taken for the real thing.
  if (Object.keys(others).length > 0 || (dry !== undefined && dry !== "true")) return undefined;
  return { pass: confirm === undefined ? {} : { confirm }, dryRun: dry === "true" };
}

/** Every verb that HTTP offers, by name. */
export const verbIndex = (castor: Castor): Map<string, VerbEntry> =>
  new Map(
    castor.capabilities.flatMap((owner) => [
      ...owner.commands.map((each): [string, VerbEntry] => [each.name, each]),
      ...owner.actions.map((each): [string, VerbEntry] => [each.name, each]),
      ...owner.answers.map(({ query }): [string, VerbEntry] => [
        query.name,
        { ...query, kind: "query" },
      ]),
    ]),
  );

export const bodyBytesMax = 1_048_576;

type Asked = { castor: Castor; verb: VerbEntry; request: Request; requestId: string };

/** `GET /api/<query>`: once, or live when the client accepts server-sent events. */
export async function serveQuery(
  of: Asked & { live: ReturnType<typeof liveAnswers>; mayStill: () => Promise<boolean> },
): Promise<Response> {
  const { castor, verb, request, requestId } = of;
  const input = queryInput(verb.input, new URL(request.url));
  if (isRefusal(input)) return problemResponse(input, requestId);
  const position = String(castor.facts.head());
  const answer = await castor.askByName(verb.name, input);
  if (!isRefusal(answer) && request.headers.get("accept")?.includes("text/event-stream"))
    return of.live(request, { name: verb.name, input, mayStill: of.mayStill });
  return jsonOrProblem(answer, requestId, { "castor-position": position });
}

/**
 * `POST /api/<command or action>`. A command's `Idempotency-Key` makes repeating it harmless; `?dry-run=true` tells what
 * would happen and does nothing.
 */
export async function serveDeed(of: Asked & { caller: Identity }): Promise<Response> {
  const { castor, verb, request, requestId, caller } = of;
  const wished = wishes(request);
  if (!wished)
    return problemResponse(
      invalidInput("A deed takes its input as the body; besides, `?dry-run=true` or `?confirm=`."),
      requestId,
    );
  const { pass, dryRun } = wished;
  const body = await readBody(request);
  if (isRefusal(body)) return problemResponse(body, requestId);
  const by = caller.actor;
  if (dryRun) return jsonOrProblem(await rehearsed(castor, verb, { body, by }), requestId);
  if (verb.kind === "action") {
    const output = await castor.act(verb.name, body, { by, pass });
    return jsonOrProblem(output, requestId, { "castor-position": String(castor.facts.head()) });
  }
  const key = request.headers.get("idempotency-key");
  const ran = await castor.run(verb.name, body, {
    by,
    pass,
    ...(key === null ? {} : { id: `${by.id}/${key.slice(0, 200)}` }),
  });
  if (isRefusal(ran.decision)) return problemResponse(ran.decision, requestId);
  const position = ran.ack?.position ?? null;
  const headers = { "castor-position": String(position ?? castor.facts.head()) };
  const events = ran.decision.map((event) => ({ ...event, says: castor.facts.says(event) }));
  return jsonOrProblem({ position, events }, requestId, headers);
}

/** What a dry run answers; `would` is null for an action, which nobody can foretell: only its input was looked at. */
export type Rehearsal = {
  dryRun: true;
  would: { type: string; says: string }[] | null;
  /** What would be lost, and what it is called: then it may need a second person. */
  loses?: { what: string; name: string };
};

async function rehearsed(
  castor: Castor,
  verb: VerbEntry,
  { body, by }: { body: unknown; by: Actor },
): Promise<Rehearsal | Refusal> {
  if (verb.kind === "action") {
    const { error } = verb.input.safeParse(body);
    if (error) return wrongInput(verb.input, body, error);
    return { dryRun: true, would: null, ...castor.lossOf(verb.name, body, by) };
  }
  const { decision } = await castor.run(verb.name, body, { by, dryRun: true });
  if (isRefusal(decision)) return decision;
  const would = decision.map((event) => ({ type: event.type, says: castor.facts.says(event) }));
  return { dryRun: true, would, ...castor.lossOf(verb.name, body, by) };
}

function queryInput(schema: z.ZodType, url: URL): unknown {
  const whole = url.searchParams.get("input");
  if (whole === null) return fromFlat(schema, url.searchParams);
  try {
    return JSON.parse(whole);
  } catch {
    return notJson("The parameter `input` is not JSON.");
  }
}

async function readBody(request: Request): Promise<unknown> {
  const tooMuch = () => tooLarge(`At most ${bodyBytesMax} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > bodyBytesMax) return tooMuch();
  const text = await request.text();
  if (text.length > bodyBytesMax) return tooMuch();
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    return notJson(String(error));
  }
}
