import { afterEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { allServe, endAll, later, startCastor } from "./running.ts";

const timeoutMs = 60_000;

afterEach(endAll, timeoutMs);

/** A site as somebody else would have written it: pages, an endless stream, a WebSocket, an echo. */
function openSite(): { url: string; tell: (what: string) => void; seen: string[] } {
  const listeners = new Set<ReadableStreamDefaultController<string>>();
  const seen: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(request, bun) {
      const { pathname } = new URL(request.url);
      seen.push(`${request.headers.get("host")} ${request.headers.get("x-forwarded-host")}`);
      if (pathname === "/socket" && bun.upgrade(request)) return undefined;
      if (pathname === "/echo") return new Response(request.body);
      if (pathname !== "/events") return new Response(`<h1>${pathname}</h1>`);
      const body = new ReadableStream<string>({
        start: (controller) => {
          listeners.add(controller);
          controller.enqueue(": welcome\n\n");
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
    websocket: { message: (socket, message) => void socket.send(`heard ${String(message)}`) },
  });
  later(() => server.stop(true));
  return {
    url: `http://127.0.0.1:${server.port}`,
    seen,
    tell: (what) => {
      for (const each of listeners) each.enqueue(`data: ${what}\n\n`);
    },
  };
}

/** What comes over a raw connection, in words that can be awaited. */
async function dial(gateway: string) {
  const { hostname, port } = new URL(gateway);
  let text = "";
  let wake = (): void => {};
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_, bytes) => {
        text += bytes.toString();
        wake();
      },
    },
  });
  later(() => socket.end());
  const says = async (words: string): Promise<void> => {
    while (!text.includes(words)) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { send: (what: string) => void socket.write(what), says, leave: () => socket.terminate() };
}
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

test(
  "castor protect: a site without a line of configuration, with everything that streams",
  async () => {
    const site = openSite();
    const castor = await startCastor({ args: ["protect", site.url] });
    expect(existsSync(join(castor.folder, "castor.yaml"))).toBe(false);
    await allServe(castor, Math.min(4, cpus().length));
    const page = await fetch(`${castor.gateway}/a/page`);
    expect([page.status, await page.text()]).toEqual([200, "<h1>/a/page</h1>"]);
    const host = new URL(castor.gateway).host;
    expect(site.seen).toContain(`${host} ${host}`);

    const events = await dial(castor.gateway);
    events.send(`GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await events.says(": welcome");
    site.tell("news, at once");
    await events.says("data: news, at once\n\n");

    const upload = await dial(castor.gateway);
    upload.send(`POST /echo HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    upload.send(chunk("the first half is answered "));
    await upload.says("the first half is answered ");
    upload.send(chunk("before the second is sent") + chunk(""));
    await upload.says("before the second is sent");

    const socket = new WebSocket(`${castor.gateway.replace("http", "ws")}/socket`);
    const heard = new Promise((resolve) =>
      socket.addEventListener("message", ({ data }) => resolve(data)),
    );
    socket.addEventListener("open", () => socket.send("hello"));
    expect(await heard).toBe("heard hello");
    socket.close();

    events.leave();
    upload.leave();
    expect(castor.printed()).toContain(`gateway   http://localhost:${host.split(":")[1]}`);
    expect(await castor.stop()).toBe(0);
  },
  timeoutMs,
);

test(
  "castor protect --host answers for that host only, and says why not for others",
  async () => {
    const site = openSite();
    const castor = await startCastor({
      args: ["protect", site.url, "--host", "blog.test", "--workers", "1"],
    });
    await allServe(castor, 1);
    const ask = (host: string): Promise<Response> =>
      fetch(`${castor.gateway}/`, { headers: { host } });
    expect((await ask("blog.test")).status).toBe(200);
    const other = await ask("shop.test");
    expect(other.status).toBe(404);
    expect(await other.text()).toContain("no-route");
    expect(await castor.stop()).toBe(0);
  },
  timeoutMs,
);
