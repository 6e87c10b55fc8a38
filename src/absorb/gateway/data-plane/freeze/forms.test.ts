import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { unseal } from "./sealing.ts";
import { formsPath } from "./cellar.ts";
import { frozenWorld, page, secret } from "./freeze.testing.ts";
import type { SealedForm } from "../../../freeze/cellar/contract.ts";

const queueing = { formsOtherwise: "queue" as const };
const post = (body: string, lines = ""): string =>
  `POST /contact?x=1 HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nAccept: text/html\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
const reasonOf = (answer: string): string => /castor-reason: (.*)/i.exec(answer)?.[1]?.trim() ?? "";
const receiptOf = (answer: string): string => /F-\w{4}-\w{4}/.exec(answer)?.[0] ?? "";

test("a form is refused with a page that says what to do, unless a rule says otherwise", async () => {
  using w = await frozenWorld([page("/a")]);
  const answer = await w.ask(post("name=Ada"));
  expect(answer).toStartWith("HTTP/1.1 503");
  expect(reasonOf(answer)).toBe("freeze.form-refused");
  expect(answer).toContain("What you sent was not taken.");
  expect(w.backend.wires).toHaveLength(0);
});

test("a queued form is on disk, sealed, before the visitor has its receipt", async () => {
  using w = await frozenWorld([page("/a")], { over: queueing });
  const secretText = "name=Ada&card=4111";
  const answer = await w.ask(
    post(
      secretText,
      "Content-Type: application/x-www-form-urlencoded\r\nCookie: s=1\r\nX-Other: y\r\n",
    ),
  );
  expect(answer).toStartWith("HTTP/1.1 202");
  expect(reasonOf(answer)).toBe("freeze.form-queued");
  const form = w.cellar.forms.next("shop");
  expect(form).toMatchObject({
    receipt: receiptOf(answer),
    state: "waiting",
    path: "/contact",
    method: "POST",
  });
  const clear = JSON.parse(
    unseal(secret, form?.sealed ?? Buffer.alloc(0), form?.receipt ?? "").toString(),
  ) as SealedForm;
  expect(clear).toMatchObject({
    target: "/contact?x=1",
    host: "shop.example",
    proto: "http",
    address: "127.0.0.1",
  });
  expect(clear.fields).toEqual([
    ["Accept", "text/html"],
    ["Content-Type", "application/x-www-form-urlencoded"],
    ["Cookie", "s=1"],
  ]);
  expect(Buffer.from(clear.body, "base64").toString()).toBe(secretText);
  for (const end of ["", "-wal"])
    expect(readFileSync(formsPath(w.data) + end, "latin1")).not.toContain("4111");
  expect(() =>
    unseal(Buffer.alloc(32, 8), form?.sealed ?? Buffer.alloc(0), form?.receipt ?? ""),
  ).toThrow();
  expect(w.backend.wires).toHaveLength(0);
});

test("a form that comes in chunks, or in small pieces, is kept whole", async () => {
  using w = await frozenWorld([page("/a")], { over: queueing });
  const wire = await w.dial();
  wire.send(
    "POST /contact HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nna",
  );
  await Bun.sleep(5);
  wire.send("me\r\n4\r\n=Ada\r\n0\r\n\r\n");
  expect(await wire.over()).toStartWith("HTTP/1.1 202");
  const form = w.cellar.forms.next("shop");
  const clear = JSON.parse(
    unseal(secret, form?.sealed ?? Buffer.alloc(0), form?.receipt ?? "").toString(),
  ) as SealedForm;
  expect(Buffer.from(clear.body, "base64").toString()).toBe("name=Ada");
});

test("what is too large is refused, and so is what there is no more room for", async () => {
  using w = await frozenWorld([page("/a")], { over: queueing });
  expect(reasonOf(await w.ask(post("x".repeat(5_000))))).toBe("freeze.form-too-large");
  const chunked = `POST /c HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1400\r\n${"x".repeat(5_120)}\r\n0\r\n\r\n`;
  expect(reasonOf(await w.ask(chunked))).toBe("freeze.form-too-large");
  for (let i = 0; i < 3; i++) expect(reasonOf(await w.ask(post("a=1")))).toBe("freeze.form-queued");
  const full = await w.ask(post("a=1"));
  expect(full).toStartWith("HTTP/1.1 503");
  expect(reasonOf(full)).toBe("freeze.forms-full");
  expect(w.cellar.forms.list("shop")).toHaveLength(3);
});

test("the box gives forms in their order, forgets what was sent, and keeps what failed for another try", async () => {
  using w = await frozenWorld([page("/a")], { over: queueing });
  const receipts: string[] = [];
  for (const body of ["a=1", "a=2", "a=3"]) receipts.push(receiptOf(await w.ask(post(body))));
  const { forms } = w.cellar;
  const [first = "", second = "", third = ""] = receipts;
  forms.mark(first, { state: "sending", status: null, at: 1 });
  expect(forms.next("shop")).toMatchObject({ receipt: first, state: "sending", tries: 1 });
  forms.mark(first, { state: "sent", status: 303, at: 2 });
  forms.mark(second, { state: "failed", status: 400, at: 3 });
  expect(forms.next("shop")?.receipt).toBe(third);
  expect(forms.again("shop")).toBe(1);
  expect(forms.next("shop")?.receipt).toBe(second);
  expect(forms.drop("shop", second)).toBe(1);
  expect(forms.drop("shop", second)).toBe(0);
  expect(forms.forgetBefore(10)).toBe(1);
  expect(forms.list("shop").map(({ receipt }) => receipt)).toEqual([third]);
  expect(forms.list("other")).toEqual([]);
});
