import { describe, expect, test } from "bun:test";
import type { Identity } from "../auth/auth.ts";
import { testAuth } from "../auth/memory.ts";
import type { Role } from "../contract.ts";
import { kettles, kitchen } from "../runtime/toy.testing.ts";
import { type TestCastor, testCastor, virtualClock } from "../testing.ts";
import { httpApi } from "./api.ts";

const site = "http://localhost:4600";

async function api() {
  const castor = await testCastor([kettles], { equipment: { kitchen: kitchen() } });
  const auth = testAuth({ clock: castor.clock });
  const fetch = httpApi({ castor: castor.castor, auth });
  const call = (
    path: string,
    of: {
      as?: Role;
      body?: unknown;
      text?: string;
      headers?: Record<string, string>;
      method?: string;
    } = {},
  ) =>
    fetch(
      new Request(`${site}${path}`, {
        method: of.method ?? (of.body === undefined && of.text === undefined ? "GET" : "POST"),
        headers: { ...(of.as ? { authorization: `Bearer ${of.as}` } : {}), ...of.headers },
        ...(of.body === undefined ? {} : { body: JSON.stringify(of.body) }),
        ...(of.text === undefined ? {} : { body: of.text }),
      }),
      "127.0.0.1",
    );
  return { castor, call };
}

const verbsOf = ({ castor }: TestCastor) =>
  castor.capabilities.flatMap((each) => [
    ...each.commands.map((verb) => ({ name: verb.name, method: "POST" })),
    ...each.actions.map((verb) => ({ name: verb.name, method: "POST" })),
    ...each.answers.map(({ query }) => ({ name: query.name, method: "GET" })),
  ]);

describe("default deny", () => {
  test("no verb answers a stranger, nor a wrong token", async () => {
    const { castor, call } = await api();
    for (const { name, method } of [
      ...verbsOf(castor),
      { name: "nothing.here", method: "GET" },
      { name: "openapi.json", method: "GET" },
    ])
      for (const headers of [{}, { authorization: "Bearer castor_wrong" }]) {
        const answer = await call(`/api/${name}`, { method, headers });
        expect(`${name} ${answer.status}`).toBe(`${name} 401`);
      }
  });

  test("a role below the verb's is told which role it takes", async () => {
    const { call } = await api();
    const answer = await call("/api/kettles.fill", { as: "viewer", body: { kettle: "red" } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      type: "/problems/castor.not-allowed",
      detail: "This needs the role responder.",
    });
  });
});

describe("commands over HTTP", () => {
  test("answer with what was recorded and its position", async () => {
    const { call } = await api();
    const answer = await call("/api/kettles.fill", { as: "responder", body: { kettle: "red" } });
    const body = (await answer.json()) as { position: number; events: { type: string }[] };
    expect(body.events.map((each) => each.type)).toEqual(["kettles.filled"]);
    expect(answer.headers.get("castor-position")).toBe(String(body.position));
  });

  test("the same Idempotency-Key runs once", async () => {
    const { castor, call } = await api();
    const fill = () =>
      call("/api/kettles.fill", {
        as: "responder",
        body: { kettle: "red" },
        headers: { "idempotency-key": "k1" },
      });
    await Promise.all([fill(), fill(), fill()]);
    expect(castor.types().filter((type) => type === "kettles.filled")).toHaveLength(1);
  });

  test("a refusal is problem+json with the request's id", async () => {
    const { castor, call } = await api();
    await call("/api/kettles.fill", { as: "responder", body: { kettle: "red" } });
    await castor.advance(2000);
    const answer = await call("/api/kettles.fill", {
      as: "responder",
      body: { kettle: "red" },
      headers: { "x-request-id": "request-1" },
    });
    expect(answer.status).toBe(409);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toEqual({
      type: "/problems/kettles.too-hot",
      title: "The kettle is too hot to fill",
      status: 409,
      detail: "Kettle red has just boiled.",
      instance: "request-1",
    });
  });

  test("wrong input, no JSON, too much and the wrong method are told apart", async () => {
    const { call } = await api();
    const fill = (of: Parameters<typeof call>[1]) =>
      call("/api/kettles.fill", { as: "responder", ...of });
    const told = async (answer: Promise<Response>): Promise<string> => {
      const { status, type } = (await (await answer).json()) as { status: number; type: string };
      return `${status} ${type}`;
    };
    expect(await told(fill({ body: {} }))).toBe("422 /problems/castor.invalid-input");
    expect(await told(fill({ body: { kettle: "x".repeat(1_100_000) } }))).toBe(
      "413 /problems/castor.too-large",
    );
    expect(await told(fill({ text: "{kettle" }))).toBe("400 /problems/castor.not-json");
    expect(await told(fill({ method: "GET" }))).toBe("405 /problems/castor.wrong-method");
    expect(await told(call("/api/kettles.boil-dry", { as: "responder" }))).toBe(
      "404 /problems/castor.not-found",
    );
    expect(
      (await call("/api/kettles.smash", { as: "admin", body: { kettle: "red" } })).status,
    ).toBe(200);
  });
});

describe("queries over HTTP", () => {
  test("read flat parameters by the schema", async () => {
    const { call } = await api();
    await call("/api/kettles.fill", { as: "responder", body: { kettle: "red" } });
    expect(await (await call("/api/kettles.words?kettle=red", { as: "viewer" })).json()).toBe(1);
    expect((await call("/api/kettles.words?color=red", { as: "viewer" })).status).toBe(422);
  });

  test("stream the answer now and again when it differs, and then only", async () => {
    const { castor, call } = await api();
    const answer = await call("/api/kettles.list", {
      as: "viewer",
      headers: { accept: "text/event-stream" },
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let seen = "";
    const until = async (text: string) => {
      while (!seen.includes(text))
        seen += decoder.decode((await reader.read()).value, { stream: true });
    };
    await until("data: []\n\n");
    await castor.advance(5000);
    await call("/api/kettles.fill", { as: "responder", body: { kettle: "red" } });
    await castor.advance(100);
    await until('data: ["red"]\n\n');
    expect(seen.match(/data:/g)).toHaveLength(2);
    await reader.cancel();
  });
});

test("a full disk of any store is told as unavailable, not as a bug", async () => {
  const auth = testAuth({ clock: virtualClock() });
  const full = (): never => {
    throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  };
  const castor = await testCastor([kettles], { equipment: { kitchen: kitchen() } });
  const broken = Object.assign(Object.create(castor.castor) as typeof castor.castor, {
    askByName: full,
  });
  const answer = await httpApi({ castor: broken, auth })(
    new Request(`${site}/api/kettles.list`, { headers: { authorization: "Bearer admin" } }),
    "127.0.0.1",
  );
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
});

test("the OpenAPI document names every verb", async () => {
  const { castor, call } = await api();
  const document = (await (await call("/api/openapi.json", { as: "viewer" })).json()) as {
    paths: Record<string, unknown>;
  };
  expect(Object.keys(document.paths).toSorted()).toEqual(
    verbsOf(castor)
      .map(({ name }) => `/api/${name}`)
      .toSorted(),
  );
});

test("a live answer ends when its reader may no longer read it", async () => {
  await using castor = await testCastor([kettles], { equipment: { kitchen: kitchen() } });
  const identities: Record<string, Identity> = {
    guest: { actor: { kind: "person", id: "guest" }, role: "viewer", via: "session" },
  };
  const fetch = httpApi({
    castor: castor.castor,
    auth: testAuth({ clock: castor.clock, identities }),
  });
  const headers = { authorization: "Bearer guest", accept: "text/event-stream" };
  const answer = await fetch(new Request(`${site}/api/kettles.list`, { headers }), "127.0.0.1");
  const whole = answer.text();
  await castor.advance(20_000);
  delete identities.guest;
  await castor.advance(20_000);
  expect(await whole).toContain(": still here");
});

describe("a dry run", () => {
  test("tells what a command would record, and records nothing", async () => {
    const { castor, call } = await api();
    const body = { kettle: "red", boilsIn: 100 };
    const before = castor.facts().length;
    const answer = await call("/api/kettles.fill?dry-run=true", { as: "operator", body });
    expect(await answer.json()).toEqual({
      dryRun: true,
      would: [{ type: "kettles.filled", says: "Kettle red was filled" }],
    });
    expect(castor.facts()).toHaveLength(before);
  });

  test("is refused as the real thing would be", async () => {
    const { call } = await api();
    const wrong = { as: "operator", body: { kettle: 1 } } as const;
    expect((await call("/api/kettles.fill?dry-run=true", wrong)).status).toBe(422);
    const body = { kettle: "red" };
    expect((await call("/api/kettles.fill?dry-run=true", { as: "viewer", body })).status).toBe(403);
  });

  test("that is misspelt does nothing at all", async () => {
    const { castor, call } = await api();
    const before = castor.facts().length;
    for (const query of ["dryrun=true", "dry-run", "dry-run=yes", "dry-run=true&x=1"]) {
      const deed = { as: "operator", body: { kettle: "red", boilsIn: 100 } } as const;
      expect((await call(`/api/kettles.fill?${query}`, deed)).status).toBe(422);
    }
    expect(castor.facts()).toHaveLength(before);
  });

  test("of an action checks its input and does not do it", async () => {
    const { castor, call } = await api();
    const actions = castor.castor.capabilities.flatMap((each) => each.actions);
    const before = castor.facts().length;
    for (const { name } of actions) {
      const deed = { as: "admin", body: { nothing: "of the kind" } } as const;
      const answer = await call(`/api/${name}?dry-run=true`, deed);
      expect([200, 422]).toContain(answer.status);
    }
    expect(castor.facts()).toHaveLength(before);
  });
});
