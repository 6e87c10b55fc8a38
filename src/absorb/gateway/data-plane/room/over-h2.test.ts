import { afterEach, expect, test } from "bun:test";
import { connect } from "node:http2";
import { CertificateFolder } from "../tls/tls.testing.ts";
import { answering, Backend, ok, world } from "../world.testing.ts";
import { roomPicture, StubHub } from "./room.testing.ts";
import { Rooms } from "./rooms.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0).toReversed()) each();
});

test("over HTTP/2 it is the same room: some get in with a Secure pass, the next one waits, a form is not sent on", async () => {
  const files = new CertificateFolder();
  const origin = new Backend(answering(ok("shop")));
  const w = world([origin], {
    snapshot: {
      listeners: [{ host: "127.0.0.1", port: 0, tls: true }],
      tls: { certificates: [files.put("one", "shop.example")] },
    },
  });
  const hub = new StubHub();
  const rooms = new Rooms(w.tally, { bus: hub, worker: "gateway-1.x" });
  const key = Buffer.alloc(32, 3).toString("base64");
  rooms.apply({ keys: [{ key, since: 0 }], rooms: [roomPicture()] });
  w.plane.rooms = rooms;
  const session = connect(`https://127.0.0.1:${w.port}`, { rejectUnauthorized: false });
  session.on("error", () => {});
  undo.push(
    () => files[Symbol.dispose](),
    () => origin.stop(),
    () => w[Symbol.dispose](),
    () => rooms.stop(),
    () => session.destroy(),
  );
  const ask = async (method: string, body?: string) => {
    const stream = session.request(
      { ":authority": "shop.example", ":method": method, ":path": "/", accept: "text/html" },
      { endStream: body === undefined },
    );
    let [text, fields] = ["", {} as Record<string, unknown>];
    stream.on("response", (each) => (fields = each));
    stream.on("data", (part) => (text += String(part)));
    if (body !== undefined) stream.end(body);
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.on("close", resolve);
    await promise;
    return { status: fields[":status"], reason: fields["castor-reason"], fields, text };
  };
  hub.orders.lent = 1;
  const entered = await ask("GET");
  expect(entered.text).toBe("shop");
  expect(String(entered.fields["set-cookie"])).toMatch(/^castor\.room\.sale=i\..*Secure$/);
  hub.orders.lent = 0;
  const waiting = await ask("GET");
  expect(waiting).toMatchObject({ status: 200, reason: "room.waiting" });
  expect(waiting.text).toContain("You are in line");
  expect(await ask("POST", "a=b")).toMatchObject({ status: 503, reason: "room.unsafe" });
  expect(origin.requestCount).toBe(1);
});
