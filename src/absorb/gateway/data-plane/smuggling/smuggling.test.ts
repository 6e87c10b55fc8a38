import { afterAll, beforeAll, expect, test } from "bun:test";
import { refusedCases, servedCases } from "./corpus.testing.ts";
import { answering, Backend, ok, type World, world } from "../world.testing.ts";

let backend: Backend;
let gate: World;
beforeAll(() => {
  backend = new Backend(answering(ok("x")));
  gate = world([backend]);
});
afterAll(() => {
  gate[Symbol.dispose]();
  backend.stop();
});

test("the corpus is as large as it claims", () => {
  expect(refusedCases.length).toBeGreaterThanOrEqual(200);
  expect(new Set(refusedCases.map(([name]) => name)).size).toBe(refusedCases.length);
});

for (const [name, request, status, reason] of refusedCases) {
  test(`${name} is refused as ${reason} and closes the connection`, async () => {
    const before = gate.tally.of("gateway.refusals", { reason: `gateway.bad-request.${reason}` });
    // What follows would be a second request, if the gateway or an instance believed in it.
    const answer = await gate.ask(`${request}GET /smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n`);
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`Castor-Reason: gateway.bad-request.${reason}\r\n`);
    expect(answer).toContain("Connection: close\r\n");
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(backend.text).not.toContain("/smuggled");
    const after = gate.tally.of("gateway.refusals", { reason: `gateway.bad-request.${reason}` });
    expect(after).toBe(before + 1);
  });
}

for (const [name, request] of servedCases) {
  test(`${name} is served`, async () => {
    const wire = await gate.dial();
    expect(await wire.send(request).says("\r\n\r\nx")).toStartWith("HTTP/1.1 200 OK\r\n");
    wire.hangUp();
  });
}
