import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CertificateFolder } from "../tls/tls.testing.ts";
import { until, type World, world } from "../world.testing.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const page = `<!doctype html><title>shop</title><link rel="icon" href="data:,"><script>
  const say = (what) => document.title += " " + what;
  addEventListener("load", async () => {
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => fetch("/item/" + i).then((r) => r.text())));
    say(all.every((text, i) => text === "item " + i) ? "items" : "mixed");
    say(await (await fetch("/upload", { method: "POST", body: "x".repeat(2_000_000) })).text());
    const socket = new WebSocket("wss://" + location.host + "/live");
    socket.onopen = () => socket.send("hello");
    socket.onmessage = ({ data }) => { say("live:" + data); socket.close(); };
    new EventSource("/events").onmessage = function ({ data }) { say("event:" + data); this.close(); };
    say([...performance.getEntriesByType("resource")].every((each) => each.nextHopProtocol === "h2") ? "h2" : "other");
  });</script>`;

type Shop = { gate: World; url: string; files: CertificateFolder; live: string[] };

/** A shop with everything that browsers do, behind the gateway over TLS. */
function shop(): Shop {
  const live: string[] = [];
  const site = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1", idleTimeout: 0 },
    fetch: async (request, server) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/live" && server.upgrade(request)) return undefined;
      if (pathname.startsWith("/item/")) return new Response(`item ${pathname.slice(6)}`);
      if (pathname === "/upload") return new Response(`${(await request.bytes()).length}`);
      if (pathname === "/large") return new Response("x".repeat(30_000_000));
      if (pathname === "/events")
        return new Response("data: one\n\n", { headers: { "Content-Type": "text/event-stream" } });
      return new Response(page, { headers: { "Content-Type": "text/html" } });
    },
    websocket: {
      open: () => void live.push("open"),
      message: (socket, said) => void socket.send(`${String(said)} back`),
      close: () => void live.push("closed"),
    },
  });
  const files = new CertificateFolder();
  const gate = world([{ port: site.port ?? 0 }], {
    snapshot: {
      listeners: [
        { host: "127.0.0.1", port: 0, tls: true },
        { host: "127.0.0.1", port: 0 },
      ],
      tls: { certificates: [files.put("shop", "localhost")] },
      http2: { plain: true },
    },
  });
  cleanUps.push(
    () => files[Symbol.dispose](),
    () => site.stop(true),
    () => gate[Symbol.dispose](),
  );
  return { gate, url: `https://localhost:${gate.port}`, files, live };
}

async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
  const [out, err, exit] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (exit !== 0) throw new Error(`${command[0]} ended with ${exit}: ${err}`);
  return out;
}
const curl = (...rest: string[]): Promise<string> =>
  run("curl", "-sk", "--max-time", "20", ...rest);
const isThere = (program: string): boolean => Bun.which(program) !== null;

test.skipIf(!isThere("curl"))(
  "curl loads up and down over HTTP/2, with and without TLS",
  async () => {
    const { url, gate } = shop();
    const folder = mkdtempSync(join(tmpdir(), "castor-h2-"));
    cleanUps.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "large");
    writeFileSync(file, Buffer.alloc(30_000_000, "u"));
    const said = "%{http_version} %{response_code} %{size_download}";
    expect(await curl("-o", "/dev/null", "-w", said, `${url}/large`)).toBe("2 200 30000000");
    expect(await curl("--data-binary", `@${file}`, `${url}/upload`)).toBe("30000000");
    const inChunks = ["-H", "content-length:", "-T", "-"];
    const piped = Bun.spawn(["curl", "-sk", "-X", "POST", ...inChunks, `${url}/upload`], {
      stdin: Bun.file(file),
    });
    expect(await new Response(piped.stdout).text()).toBe("30000000");
    const plain = `http://127.0.0.1:${gate.plane.ports()[1]}/item/7`;
    expect(await curl("--http2-prior-knowledge", "-w", " %{http_version}", plain)).toBe("item 7 2");
    expect(await curl("--http1.1", "-w", " %{http_version}", `${url}/item/8`)).toBe("item 8 1.1");
    const slow = await curl("--limit-rate", "10M", "-o", "/dev/null", "-w", said, `${url}/large`);
    expect(slow).toBe("2 200 30000000");
  },
);

test.skipIf(!isThere("h2load"))("h2load's many requests at once are all answered", async () => {
  const { url, gate } = shop();
  const said = await run("h2load", "-n2000", "-c8", "-m100", `${url}/item/1`);
  expect(said).toContain("2000 succeeded, 0 failed, 0 errored");
  const uploads = await run(
    "h2load",
    "-n200",
    "-c4",
    "-m20",
    "-d",
    import.meta.path,
    `${url}/upload`,
  );
  expect(uploads).toContain("200 succeeded, 0 failed, 0 errored");
  expect(gate.tally.of("gateway.protocols", { protocol: "HTTP/2" })).toBe(2_200);
});

test.skipIf(!isThere("nghttp"))("nghttp finds settings, windows and a proper goodbye", async () => {
  const { url } = shop();
  const said = await run("nghttp", "-nv", "--no-verify-peer", `${url}/item/1`, `${url}/item/2`);
  expect(said).toContain("[SETTINGS_ENABLE_CONNECT_PROTOCOL(0x08):1]");
  expect(said.match(/:status: 200/g)).toHaveLength(2);
  expect(said).not.toContain("[ERROR]");
});

test.skipIf(!isThere("chromium"))(
  "a browser's page, uploads, events and WebSocket come over one HTTP/2 connection",
  async () => {
    const { url, gate, live } = shop();
    const browser = await chromium.launch({
      executablePath: Bun.which("chromium") ?? "",
      args: ["--no-sandbox", "--ignore-certificate-errors"],
    });
    cleanUps.push(() => browser.close());
    const tab = await browser.newPage();
    await tab.goto(url);
    for (const word of ["items", "2000000", "h2", "live:hello back", "event:one"]) {
      await tab.waitForFunction((each) => document.title.includes(each), word);
    }
    await until(() => live.includes("closed"), "the end of the WebSocket");
    expect(live).toEqual(["open", "closed"]);
    expect(gate.tally.of("gateway.protocols", { protocol: "HTTP/2" })).toBeGreaterThan(63);
    expect(gate.tally.of("gateway.protocols", { protocol: "HTTP/1.1" })).toBe(0);
  },
  60_000,
);
