import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "bun:test";
import { clientDeclarations } from "../src/absorb/live/client/declarations.ts";
import { nodeInTest, revealed } from "../src/absorb/live/data-plane/node.testing.ts";
import { livePages } from "../src/absorb/live/pages/pages.ts";
import { openBrowser } from "../src/console/journeys/reader.ts";
import { endAll, later, until } from "./running.ts";

const timeoutMs = 60_000;
const doc = await Bun.file(new URL("../docs/live-embed.md", import.meta.url)).text();
/** The first example of a language in the page. */
const example = (language: string): string =>
  new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(doc)?.[1] ?? "";

afterEach(endAll, timeoutMs);

/** A site of somebody else: the page of the documentation, with the address of the show. */
function site(address: string): string {
  const page = example("html").replaceAll("https://live.example.org", address);
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: () => new Response(page, { headers: { "content-type": "text/html" } }),
  });
  later(() => server.stop(true));
  return `http://127.0.0.1:${server.port}`;
}

test(
  "the page of the documentation plays from another origin that the show names, and from no other",
  async () => {
    const at = await nodeInTest({ hasFoyer: true, run: { joining: "open" } });
    later(() => at[Symbol.asyncDispose]());
    const address = `http://127.0.0.1:${at.node.port}`;
    const [fans, stranger] = [site(address), site(address)];
    await at.order([], { origins: [fans] });
    const browser = await openBrowser();
    later(() => browser.close());

    const strange = await browser.reader(stranger, "phone");
    strange.expectComplaint(/CORS|403|fetch|import/);
    const refused = strange.page.waitForEvent("pageerror");
    await strange.page.goto(stranger);
    expect(String(await refused)).toContain("client.js");

    const { page, complaints } = await browser.reader(fans, "phone");
    await page.goto(fans);
    const hall = at.node.halls.get("final");
    await until("the fan is connected", () => hall?.seats.size === 1);
    await at.order([revealed(500)]);
    await page.getByRole("heading", { name: "One?" }).waitFor();
    await page.getByRole("button", { name: "b" }).click();
    await page.getByText("Your answer is safe.").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "One?" }).waitFor();
    expect(complaints).toEqual([]);
    expect(hall?.engine.count.recorded).toBe(1);
    expect(hall?.connections.size).toBe(1);
    expect(await strange.page.locator("button").count()).toBe(0);
  },
  timeoutMs,
);

test("the client is as small as the documentation says", async () => {
  const client = await livePages()("/client.js");
  const kB = (Bun.gzipSync(client?.body ?? new Uint8Array()).length / 1_000).toFixed(1);
  expect(doc).toContain(`It is ${kB} kB compressed`);
});

test(
  "the served types say what the example does, and refuse what the client does not know",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "castor-client-"));
    later(() => rmSync(folder, { recursive: true, force: true }));
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write("client.d.ts", await clientDeclarations());
    write("client.js", "");
    write("example.ts", example("ts"));
    write(
      "used.ts",
      'import { joinLive, outcome } from "./client.js";\n' +
        'joinLive({ url: "", token: "", counted: ({ outcome: became }) => became === outcome.late });\n',
    );
    const options = {
      strict: true,
      module: "esnext",
      moduleResolution: "bundler",
      target: "esnext",
      lib: ["esnext", "dom"],
      noEmit: true,
      types: [],
    };
    write(
      "tsconfig.json",
      JSON.stringify({ compilerOptions: { ...options, allowImportingTsExtensions: true } }),
    );
    const check = async (): Promise<string> => {
      const ran = Bun.spawn([process.execPath, "check", "--no-script", "--no-pretty"], {
        ...{ cwd: folder, stdout: "pipe", stderr: "pipe" },
      });
      const said = await Promise.all([
        new Response(ran.stdout).text(),
        new Response(ran.stderr).text(),
      ]);
      return `${await ran.exited} ${said.join("")}`;
    };
    expect(await check()).toStartWith("0 ");
    write(
      "wrong.ts",
      'import { joinLive } from "./client.js";\njoinLive({ url: "", token: "", jitter: 1 });\n',
    );
    expect(await check()).toContain("jitter");
  },
  timeoutMs,
);
