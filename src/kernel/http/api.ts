import { type Context, Hono, type Next } from "hono";
import { type Role, roles } from "../contract.ts";
import type { Auth, Identity } from "../auth/auth.ts";
import { Unavailable, Unknown } from "../log/log.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Route } from "../manifest/effects.ts";
import type { Castor } from "../runtime/castor.ts";
import { liveAnswers } from "./live.ts";
import { openApi } from "./openapi.ts";
import {
  broken,
  jsonOrProblem,
  notAllowed,
  notFound,
  problemResponse,
  unavailable,
  wrongMethod,
} from "./problems.ts";
import { serveDeed, serveQuery, type VerbEntry, verbIndex } from "./verbs.ts";

const requestIdPattern = /^[\w.:-]{8,64}$/;

type Env = {
  Variables: { requestId: string; caller: Identity | undefined };
  Bindings: { address: string };
};
export type Fetch = (request: Request, address: string) => Promise<Response>;

/** May this caller use a verb of that name which asks for that role? Default: no. */
export const mayUse = (
  caller: Identity | undefined,
  name: string,
  allow: Role | "public",
): boolean => {
  if (allow === "public") return true;
  if (!caller || roles.indexOf(caller.role) < roles.indexOf(allow)) return false;
  return caller.scopes?.some((scope) => covers(scope, name)) ?? true;
};
const covers = (scope: string, name: string): boolean =>
  scope === name || (scope.endsWith(".*") && name.startsWith(scope.slice(0, -1)));

/**
 * The control plane over HTTP: `POST /api/<verb>`, `GET /api/<query>` (also live, as server-sent events), the routes of the
 * manifests, `/api/auth/*`, and `otherwise` (the console) for the rest. Everything else is denied.
 */
export function httpApi(of: {
  castor: Castor;
  auth: Auth;
  otherwise?: (request: Request) => Response | undefined | Promise<Response | undefined>;
}): Fetch {
  const { castor, auth } = of;
  const app = new Hono<Env>();
  const verbs = verbIndex(castor);
  const live = liveAnswers(castor);

  app.use((c, next) => withRequestId(castor, c, next));
  app.onError((error, c) => failed(error, c.get("requestId")));
  app.all("/api/auth/*", (c) => auth.handle(c.req.raw, c.env.address));
  app.use("/api/*", async (c, next) => {
    c.set("caller", await auth.identify(c.req.raw, c.env.address));
    return await next();
  });

  const refuse = (c: Context<Env>, allow: Role | "public"): Response => {
    const caller = c.get("caller");
    if (!caller) return auth.refuse(c.req.raw, c.env.address);
    const scoped = caller.scopes ? ", and a token with that scope" : "";
    return problemResponse(
      notAllowed(`This needs the role ${allow}${scoped}.`),
      c.get("requestId"),
    );
  };
  for (const owner of castor.capabilities)
    for (const route of owner.routes) mount(app, { castor, auth, owner, route, refuse });

  app.get("/api/openapi.json", (c) =>
    mayUse(c.get("caller"), "castor.manifest", "viewer")
      ? jsonOrProblem(openApi(castor), c.get("requestId"))
      : refuse(c, "viewer"),
  );
  app.get("/metrics", async (c) => {
    c.set("caller", await auth.identify(c.req.raw, c.env.address));
    if (!mayUse(c.get("caller"), "castor.metrics", "viewer")) return refuse(c, "viewer");
    const { metricsText, metricsType } = await import("./metrics.ts");
    return c.body(metricsText(castor), 200, { "content-type": metricsType });
  });
  app.all("/api/:name", (c) => {
    const verb = verbs.get(c.req.param("name"));
    return serveVerb(c, { castor, auth, verb, live, refuse });
  });
  app.all("*", async (c) => {
    const ours = /^\/(api|in|v1)\//.test(c.req.path);
    return (
      (ours ? undefined : await of.otherwise?.(c.req.raw)) ??
      problemResponse(notFound(), c.get("requestId"))
    );
  });
  return async (request, address) => await app.fetch(request, { address });
}

type Asked = {
  castor: Castor;
  auth: Auth;
  verb: VerbEntry | undefined;
  live: ReturnType<typeof liveAnswers>;
  refuse: (c: Context<Env>, allow: Role | "public") => Response;
};
async function serveVerb(c: Context<Env>, asked: Asked): Promise<Response> {
  const { castor, auth, verb, live, refuse } = asked;
  const requestId = c.get("requestId");
  const caller = c.get("caller");
  if (!caller || (verb && !mayUse(caller, verb.name, verb.allow)))
    return refuse(c, verb?.allow ?? "viewer");
  if (!verb) return problemResponse(notFound(`There is no ${c.req.path}.`), requestId);
  const method = verb.kind === "query" ? "GET" : "POST";
  if (c.req.method !== method)
    return problemResponse(wrongMethod(`Use ${method}.`), requestId, { allow: method });
  const mayStill = async (): Promise<boolean> =>
    mayUse(await auth.identify(c.req.raw, c.env.address), verb.name, verb.allow);
  const of = { castor, verb, request: c.req.raw, requestId };
  return verb.kind === "query"
    ? await serveQuery({ ...of, live, mayStill })
    : await serveDeed({ ...of, caller });
}

async function withRequestId(castor: Castor, c: Context<Env>, next: Next): Promise<void> {
  const given = c.req.header("x-request-id");
  c.set("requestId", given && requestIdPattern.test(given) ? given : castor.ports.clock.id());
  await next();
  c.header("x-request-id", c.get("requestId"));
}

function failed(error: Error, requestId: string): Response {
  if (error instanceof Unknown)
    return problemResponse(
      unavailable(
        "It is not known whether this was written; repeat it with the same Idempotency-Key.",
      ),
      requestId,
      { "retry-after": "1" },
    );
  if (error instanceof Unavailable || isDiskFull(error))
    return problemResponse(unavailable(), requestId, { "retry-after": "1" });
  process.stderr.write(`castor: request ${requestId} broke: ${error.stack ?? error.message}\n`);
  return problemResponse(broken("The process log has more under this request's id."), requestId);
}

/** Of whichever store: the log says Unavailable itself. */
const isDiskFull = (error: Error): boolean =>
  "code" in error && (error.code === "SQLITE_FULL" || error.code === "ENOSPC");

type Mounted = {
  castor: Castor;
  auth: Auth;
  owner: Capability;
  route: Route;
  refuse: (c: Context<Env>, allow: Role | "public") => Response;
};
function mount(app: Hono<Env>, { castor, auth, owner, route, refuse }: Mounted): void {
  const methods =
    route.method === "ALL" ? ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] : [route.method];
  app.on(methods, route.path, async (c) => {
    const caller = c.get("caller") ?? (await auth.identify(c.req.raw, c.env.address));
    c.set("caller", caller);
    if (!mayUse(caller, `${owner.id}.route`, route.allow)) return refuse(c, route.allow);
    const fx = castor.effects(owner, { actor: caller?.actor ?? { kind: "system", id: "public" } });
    const served = await route.serve(
      c.req.raw,
      fx,
      caller,
      auth.addressOf(c.req.raw, c.env.address),
    );
    return served instanceof Response ? served : jsonOrProblem(served, c.get("requestId"));
  });
}
