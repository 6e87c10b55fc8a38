import { isRefusal } from "#kernel";
import { testAuth, testCastor, virtualClock } from "#kernel/testing";
import { expect, test } from "bun:test";
import { list, notForTokens, tooPowerful, unknownToken } from "./contract.ts";
import { tokens } from "./index.ts";

type By = { kind: "person" | "token" | "system"; id: string };
const local: By = { kind: "system", id: "local" };
type Made = { token: { id: string; expiresAt?: number }; secret: string };

async function house() {
  const auth = testAuth({ clock: virtualClock() });
  const castor = await testCastor([tokens], { equipment: { auth } });
  const act = async (verb: string, input: unknown, by = local) => {
    const result = await castor.act(verb, input, by);
    return isRefusal(result) ? result.problem.type : result;
  };
  const operator = async (): Promise<By> => {
    const link = auth.people.invite({ role: "operator" });
    if (link === "email-taken") throw new Error("it names no e-mail");
    const id = await auth.enter(link.link, { name: "Ana", email: "ana@example.org" });
    return { kind: "person", id };
  };
  return { castor, auth, act, operator };
}

test("a token's secret is shown once, and is nowhere afterwards", async () => {
  const { castor, act } = await house();
  await using _ = castor;
  const wish = { name: "ci", role: "operator", scopes: ["catalog.*"], expiresIn: "90d" };
  const { secret, token } = (await act("tokens.create", wish)) as Made;
  expect(secret).toStartWith("castor_");
  const listed = await castor.ask(list, {});
  expect(listed.tokens).toMatchObject([{ name: "ci", role: "operator", createdBy: local }]);
  expect(token.expiresAt).toBe(castor.clock.now() + 90 * 86_400_000);
  expect(JSON.stringify([listed, castor.facts()])).not.toContain(secret.slice(7, 30));
  expect(castor.facts().at(-1)?.event).toMatchObject({
    type: "tokens.created",
    data: { name: "ci", role: "operator", scopes: ["catalog.*"] },
  });
});

test("nobody makes a token stronger than themselves, and no token makes a token", async () => {
  const { castor, act, operator } = await house();
  await using _ = castor;
  const ana = await operator();
  const wish = { name: "ci", role: "admin" };
  expect(await act("tokens.create", wish, ana)).toBe(tooPowerful.type);
  expect(await act("tokens.create", wish, { kind: "person", id: "gone" })).toBe(tooPowerful.type);
  expect(await act("tokens.create", wish, { kind: "token", id: "t" })).toBe(notForTokens.type);
  expect(await act("tokens.create", { ...wish, role: "operator" }, ana)).toHaveProperty("secret");
});

test("one's own token can be revoked, anybody's by an admin", async () => {
  const { castor, auth, act, operator } = await house();
  await using _ = castor;
  const ana = await operator();
  const { token: theirs } = (await act("tokens.create", { name: "local's" })) as Made;
  const { token: own } = (await act("tokens.create", { name: "ana's" }, ana)) as Made;
  expect(await act("tokens.revoke", { token: theirs.id }, ana)).toBe(unknownToken.type);
  expect(await act("tokens.revoke", { token: own.id }, ana)).toEqual({ done: true });
  expect(await act("tokens.revoke", { token: own.id }, ana)).toBe(unknownToken.type);
  expect(await act("tokens.revoke", { token: theirs.id })).toEqual({ done: true });
  expect(auth.tokens.list()).toEqual([]);
  expect(castor.types().slice(-2)).toEqual(["tokens.revoked", "tokens.revoked"]);
});

test("a scope that means nothing is refused", async () => {
  const { castor, act } = await house();
  await using _ = castor;
  for (const scope of ["*", "catalog", "catalog.*.x", ""]) {
    expect(await act("tokens.create", { name: "ci", scopes: [scope] })).toBe(
      "castor.invalid-input",
    );
  }
});

test("a name that would steer a terminal, or turn the words beside it around, is refused", async () => {
  const { castor, act } = await house();
  await using _ = castor;
  for (const name of ["a\x1b[2J", "a\nb", "a\u009bJ", "a\u202eb"])
    expect(await act("tokens.create", { name })).toBe("castor.invalid-input");
  expect(await act("tokens.create", { name: "Zoé’s 🦫 – שלום" })).toHaveProperty("secret");
});
