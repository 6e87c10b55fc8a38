import { expect, test } from "bun:test";
import { problemOf, queryPath } from "./api.ts";

test("a query's input is its search, without what was left open", () => {
  expect(queryPath("log.search", { text: "a b", type: undefined, actor: "", limit: 20 })).toBe(
    "/api/log.search?text=a+b&limit=20",
  );
  expect(queryPath("gateway.now")).toBe("/api/gateway.now");
});

test("a problem document is read whole, with what is wrong with single fields", async () => {
  const errors = [{ path: "email", message: "Write an e-mail address" }, { nonsense: 1 }];
  const body = {
    type: "/problems/auth.wrong-input",
    title: "The input is not valid",
    detail: "See errors.",
    errors,
  };
  const { problem } = await problemOf(Response.json(body, { status: 422 }));
  expect(problem).toEqual({
    status: 422,
    type: "/problems/auth.wrong-input",
    title: "The input is not valid",
    detail: "See errors.",
    fields: [{ path: "email", message: "Write an e-mail address" }],
  });
});

test("an answer that is no problem document still says which status it was", async () => {
  const { problem } = await problemOf(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  expect(problem).toMatchObject({ status: 502, title: "The answer was 502" });
});
