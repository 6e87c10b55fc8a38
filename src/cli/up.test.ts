import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#kernel/testing";
import { ownCommand } from "./start/own-command.ts";

const startsWithinMs = 60_000;
const env = { ...process.env, NO_COLOR: "1", CASTOR_URL: undefined, CASTOR_TOKEN: undefined };

let folder: string;
let children: Bun.Subprocess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "castor-up-"));
});
afterEach(async () => {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map((each) => each.exited));
  children = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const castor = async (...argv: string[]) => {
  const child = Bun.spawn([...ownCommand, ...argv], {
    cwd: folder,
    env,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [printed, complained] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, printed, complained };
};

/** Starts `castor up`, and gives what it prints as it comes. */
function start(...argv: string[]) {
  const child = Bun.spawn([...ownCommand, ...argv], {
    cwd: folder,
    env,
    stdout: "pipe",
    stderr: "inherit",
  });
  children.push(child);
  let printed = "";
  let tell: (() => void) | undefined;
  const reading = (async () => {
    for await (const chunk of child.stdout) {
      printed += new TextDecoder().decode(chunk);
      tell?.();
    }
  })();
  const until = async (words: string): Promise<string> => {
    while (!printed.includes(words)) {
      const more = new Promise<void>((resolve) => {
        tell = resolve;
      });
      if (printed.includes(words)) break;
      await Promise.race([
        more,
        reading.then(() => Promise.reject(new Error(`ended with: ${printed}`))),
      ]);
    }
    return printed;
  };
  return { child, until };
}

function writeConfig(more = ""): { console: string; gateway: string } {
  const places = { console: `127.0.0.1:${freePort()}`, gateway: `127.0.0.1:${freePort()}` };
  const gateway = `gateway:\n  listen: ${places.gateway}\n  workers: 1\n`;
  const text = `console:\n  listen: ${places.console}\n${more}${gateway}`;
  writeFileSync(join(folder, "castor.yaml"), text);
  return places;
}

test(
  "castor up says where everything is, answers, takes a change, and ends when asked to",
  async () => {
    const { console } = writeConfig();
    const { child, until } = start("up");
    const first = await until("sign in");
    expect(first).toContain(`console   http://localhost:${console.split(":")[1]}`);
    await until("/sign-in#link=");
    await until("Configuration castor.yaml applied");

    const verified = await castor("log", "verify", "--json");
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.printed)).toMatchObject({ checked: expect.any(Number) });
    expect((await castor("up")).complained).toContain("Castor already runs with");
    const refused = await castor("tokens", "create", "--name", "ci", "--role", "emperor", "--json");
    expect(refused.code).toBe(1);

    const text = readFileSync(join(folder, "castor.yaml"), "utf8");
    writeFileSync(
      join(folder, "castor.yaml"),
      text.replace("console:\n", "console:\n  hots: [a]\n"),
    );
    await until("did you mean `hosts`?");
    writeFileSync(
      join(folder, "castor.yaml"),
      text.replace("console:\n", "console:\n  hosts: [a]\n"),
    );
    await until("Configuration castor.yaml applied: console.hosts");

    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect((await castor("status")).code).toBe(3);
  },
  startsWithinMs,
);

test(
  "castor protect puts the gateway in front of a site, and Ctrl-C takes it away",
  async () => {
    const site = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => new Response(`seen ${new URL(request.url).pathname}`),
    });
    const [listen, console] = [freePort(), freePort()].map((port) => `127.0.0.1:${port}`);
    const { child, until } = start(
      ...["protect", `http://127.0.0.1:${site.port}`, "--workers", "1"],
      ...["--listen", `${listen}`, "--console", `${console}`],
    );
    await until("sign in");
    await until("site-1 is healthy");
    await until("Gateway worker gateway-1 serves");
    const answer = await fetch(`http://${listen}/a/page`);
    expect([answer.status, await answer.text()]).toEqual([200, "seen /a/page"]);
    expect((await castor("status")).printed).toMatch(/site-1 .*● up/);
    expect((await castor("config", "check", ".castor/protect.yaml")).code).toBe(0);

    child.kill("SIGINT");
    expect(await child.exited).toBe(0);
    expect(fetch(`http://${listen}/`)).rejects.toThrow();
    await site.stop(true);
  },
  startsWithinMs,
);

test(
  "castor up on a port that is taken says so, and leaves nothing running",
  async () => {
    const { console } = writeConfig();
    const [hostname = "", port = ""] = console.split(":");
    const other = Bun.listen({ hostname, port: Number(port), socket: { data() {} } });
    const { child, until } = start("up");
    await until("The console's port is taken");
    expect(await child.exited).toBe(1);
    other.stop(true);
  },
  startsWithinMs,
);

test(
  "castor up goes on when nobody reads what it prints, and ends in order with its terminal",
  async () => {
    writeConfig();
    const child = Bun.spawn([...ownCommand, "up"], {
      cwd: folder,
      env,
      stdout: "pipe",
      stderr: "ignore",
    });
    children.push(child);
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    const answers = async () => (await castor("log", "verify")).code === 0;
    while (!(await answers())) expect(child.exitCode).toBeNull();
    expect((await castor("people", "invite", "--role", "viewer")).code).toBe(0); // One more line that nobody reads.
    expect(await answers()).toBe(true);
    child.kill("SIGHUP");
    expect(await child.exited).toBe(0);
  },
  startsWithinMs,
);

test("castor up with a mistake starts nothing and exits with 1", async () => {
  writeConfig("  colour: red\n");
  const { code, complained } = await castor("up");
  expect(code).toBe(1);
  expect(complained).toContain("castor.yaml:3:3  console.colour");
  expect(existsSync(join(folder, ".castor"))).toBe(false);
});
test("castor up without a configuration says what else there is", async () => {
  const { code, complained } = await castor("up");
  expect(code).toBe(1);
  expect(complained).toContain("castor protect <url> needs none");
});
test.each([
  [["--version"], 0],
  [["--help"], 0],
  [["stauts"], 2],
  [["log", "--folow"], 2],
  [["status", "--url", "http://127.0.0.1:9"], 3],
  [["config", "check"], 1],
  [["up", "--config", "."], 1],
])("castor %p exits with %d", async (argv, code) =>
  expect((await castor(...argv)).code).toBe(code),
);
afterAll(() => expect(children).toEqual([]));
