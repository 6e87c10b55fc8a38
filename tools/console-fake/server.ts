import { serveConsole } from "../../src/console/serve.ts";
import type { LogEvent } from "../../src/console/live/shapes.ts";
import { buildConsole, consoleFolder } from "../build-console.ts";
import {
  FakeAccounts,
  fakeCertificates,
  fakeConfig,
  fakeRoutes,
  fakeSessions,
} from "./accounts.ts";
import { fakeFaults } from "./faults.ts";
import {
  fakeErrors,
  fakeFilters,
  fakeIssue,
  fakeMonitors,
  fakeOccurrence,
  fakeProjects,
  fakeRelease,
  fakeReleases,
  fakeReport,
  fakeSpikes,
  fakeSuspects,
  fakeTrackers,
} from "./errors.ts";
import { onCallAnswers } from "./on-call.ts";
import { fakeCoverage, fakeForms } from "./freeze.ts";
import { fakeLive } from "./live.ts";
import { fakeApprovals } from "./approvals.ts";
import { incidentAnswers } from "./incidents.ts";
import { postMortemAnswers } from "./post-mortems.ts";
import { probeAnswers } from "./probes.ts";
import { deed, problem } from "./deeds.ts";
import { learnAnswers } from "./reliability.ts";
import { runbookAnswers } from "./runbooks.ts";
import { statusPageAnswers } from "./status-page.ts";
import { fakeMail } from "./mail.ts";
import { fakeAlerts } from "./alerts.ts";
import { fakeNoise, fakeRules } from "./noise.ts";
import { fakeCache, fakeFreeze, fakeRefusals, fakeSurge } from "./surge.ts";
import { fakeRoomHistory, fakeRooms } from "./rooms.ts";
import { FakeWorld } from "./world.ts";

type Options = { ill?: string; signedIn?: boolean; port?: number };
type Ask = (input: URLSearchParams) => unknown;
export type FakeCastor = {
  url: string;
  world: FakeWorld;
  accounts: FakeAccounts;
  cut: () => void;
  stop: () => Promise<void>;
};

function found(events: readonly LogEvent[], input: URLSearchParams) {
  const get = (name: string) => input.get(name) ?? undefined;
  const [text, type, by, since, before] = [
    get("text")?.toLowerCase(),
    get("type"),
    get("actor"),
    get("since"),
    get("before"),
  ];
  const all = events
    .toReversed()
    .filter(
      (event) =>
        (!text || `${event.says} ${event.type}`.toLowerCase().includes(text)) &&
        (!type || type.split(",").some((each) => new Bun.Glob(each).match(event.type))) &&
        (!by || event.by.id === by) &&
        (!since || event.at >= Number(since)) &&
        (!before || event.position < Number(before)) &&
        (!get("after") || event.position > Number(get("after"))) &&
        (!get("stream") || event.stream === get("stream")),
    );
  const limit = Number(input.get("limit") ?? 50);
  return {
    events: all.slice(0, limit),
    more: all.length > limit,
    head: events.at(-1)?.position ?? 0,
  };
}

function whole(events: readonly LogEvent[], position: number) {
  const event = events.find((each) => each.position === position);
  const causes: LogEvent[] = [];
  for (let cause = event?.cause; cause;) {
    const before = events.find((each) => each.position === cause);
    if (!before) break;
    causes.unshift(before);
    cause = before.cause;
  }
  return event && { event, causes, effects: events.filter((each) => each.cause === position) };
}

function queries(world: FakeWorld, accounts: FakeAccounts): Record<string, Ask> {
  return {
    ...onCallAnswers,
    "gateway.now": () => world.now(),
    "gateway.routes": () => fakeRoutes,
    "faults.now": fakeFaults,
    ...probeAnswers,
    "gateway.limits": () => ({ limits: [] }),
    "gateway.refusals": () => fakeRefusals,
    "surge.status": () => fakeSurge(),
    "cache.now": () => fakeCache,
    "errors.issues": fakeErrors,
    "errors.issue": fakeIssue,
    "errors.event": fakeOccurrence,
    "errors.events": () => ({ events: [fakeOccurrence()] }),
    "errors.filters": fakeFilters,
    "errors.report": fakeReport,
    "errors.spikes": fakeSpikes,
    "errors.suspects": fakeSuspects,
    "errors.projects": fakeProjects,
    "alerts.now": fakeAlerts,
    "alerts.noise": fakeNoise,
    "alerts.rules": fakeRules,
    "errors.releases": fakeReleases,
    "errors.release": fakeRelease,
    "errors.monitors": fakeMonitors,
    "errors.trackers": fakeTrackers,
    "approvals.list": fakeApprovals,
    ...incidentAnswers,
    ...{ ...runbookAnswers, ...statusPageAnswers, ...learnAnswers, ...postMortemAnswers },
    "freeze.status": () => fakeFreeze,
    "freeze.coverage": fakeCoverage,
    "freeze.forms": fakeForms,
    "certificates.list": fakeCertificates,
    ...fakeLive,
    "waiting-room.status": () => fakeRooms(),
    "waiting-room.history": () => fakeRoomHistory(),
    "catalog.services": () => world.services(),
    "catalog.instance-logs": (input) => ({
      instance: input.get("instance"),
      lines: Array.from(
        { length: 40 + world.turn },
        (_, line) => `GET /product/${line % 12} 200 in ${3 + (line % 7)} ms`,
      ),
    }),
    "log.search": (input) => found(world.events, input),
    "log.event": (input) => whole(world.events, Number(input.get("position"))),
    "mail.now": fakeMail,
    "settings.config": () => fakeConfig,
    "log.types": () =>
      [...new Set(world.events.map(({ type }) => type))].map((type) => ({ type, count: 3 })),
    "people.list": () => ({
      people: accounts.people,
      invitations: [],
      secondFactorRequired: false,
    }),
    "people.sessions": () => fakeSessions,
    "tokens.list": () => ({ tokens: accounts.tokens }),
  };
}

function stream(answer: () => unknown, world: FakeWorld, request: Request): Response {
  const encoder = new TextEncoder();
  let timer: ReturnType<typeof setInterval>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let last = "";
      const push = () => {
        const data = JSON.stringify(answer());
        if (data === last) return;
        last = data;
        controller.enqueue(
          encoder.encode(`event: answer\nid: ${world.events.at(-1)?.position}\ndata: ${data}\n\n`),
        );
      };
      push();
      timer = setInterval(push, 1_000);
      request.signal.addEventListener("abort", () => clearInterval(timer));
    },
    cancel: () => clearInterval(timer),
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

async function door(path: string, request: Request, accounts: FakeAccounts): Promise<Response> {
  const input = request.method === "POST" ? await request.json() : {};
  if (path === "/api/auth/session") {
    if (!accounts.signedIn) return Response.json({ signedIn: false, firstRun: false });
    return Response.json({
      signedIn: true,
      person: accounts.people[0],
      session: { id: "s-1" },
      mustEnrol: false,
    });
  }
  if (path === "/api/auth/sessions") return Response.json(fakeSessions);
  if (path === "/api/auth/link/check") {
    if (input.link !== "first-light") return problem(410, "This link was used or has expired");
    return Response.json({ kind: "first-run", role: "admin", expiresAt: Date.now() + 3_600_000 });
  }
  if (path === "/api/auth/passkey/list-user-passkeys") {
    return Response.json([
      { id: "k-1", name: "Ada’s laptop", createdAt: new Date(Date.now() - 86_400_000) },
    ]);
  }
  if (path === "/api/auth/sign-in/email") {
    if (input.password !== "dam-good-password") return problem(401, "Wrong e-mail or password");
    return Response.json({ twoFactorRedirect: true });
  }
  if (path === "/api/auth/two-factor/verify-totp" && input.code !== "123456")
    return problem(401, "That code is not valid now");
  if (path === "/api/auth/sign-out") accounts.signedIn = false;
  else if (path !== "/api/auth/two-factor/enable") accounts.signedIn = true;
  return Response.json({
    ok: true,
    totpURI: "otpauth://totp/Castor:ada@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Castor",
    backupCodes: ["7QK2-9XFA", "H4TN-22LM"],
  });
}

/** A Castor without a Castor: the built console over answers that were made up. For looking at and for tests only. */
export async function startFake({
  ill,
  signedIn = true,
  port = 0,
}: Options = {}): Promise<FakeCastor> {
  await buildConsole();
  const world = new FakeWorld(ill);
  const accounts = new FakeAccounts(signedIn);
  const page = serveConsole(consoleFolder);
  const known = queries(world, accounts);
  const timer = setInterval(() => world.tick(), 1_000);
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    idleTimeout: 120,
    async fetch(request) {
      const url = new URL(request.url);
      if (url.pathname.startsWith("/api/auth/")) return door(url.pathname, request, accounts);
      if (!url.pathname.startsWith("/api/")) return page(request) ?? problem(404, "Nothing here");
      if (!accounts.signedIn) return problem(401, "Sign in first");
      const name = url.pathname.slice("/api/".length);
      if (request.method === "POST") return deed(name, request, { world, accounts });
      const answer = known[name];
      if (!answer) return problem(404, "No such query");
      const reply = () => answer(url.searchParams);
      if (request.headers.get("accept")?.includes("text/event-stream"))
        return stream(reply, world, request);
      const value = reply();
      return value === undefined ? problem(404, "No such event") : Response.json(value);
    },
  });
  const stop = async () => {
    clearInterval(timer);
    await server.stop(true);
  };
  return { url: server.url.origin, world, accounts, cut: () => void server.stop(true), stop };
}

if (import.meta.main) {
  const { url } = await startFake({
    port: Number(Bun.env["PORT"] ?? 0),
    ...(Bun.env["ILL"] ? { ill: Bun.env["ILL"] } : {}),
  });
  process.stdout.write(`${url}\n`);
}
