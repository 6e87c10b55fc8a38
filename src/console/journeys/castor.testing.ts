import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#kernel/testing";

const root = join(import.meta.dir, "../../..");
const STARTS_MS_MAX = 40_000;
const LOOK_EVERY_MS = 50;

/** A Castor that runs for one test file: its own processes, its own data, ports of its own. */
export type RunningCastor = {
  console: string;
  site: string;
  /** The way in that the first start printed. */
  link: string;
  /** Adds services to the configuration, whose last section they are. */
  configure: (more: string) => void;
  /** `kill -9` of the process that holds the log and serves the console. */
  killControl: () => void;
  /** An invitation that nobody has used. */
  invite: (role: string) => Promise<string>;
  stop: () => Promise<void>;
};

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  const end = Date.now() + STARTS_MS_MAX;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} did not come within ${STARTS_MS_MAX} ms`);
    await Bun.sleep(LOOK_EVERY_MS);
  }
}

const configOf = (consolePort: number, sitePort: number, more: string): string => `${more}console:
  listen: 127.0.0.1:${consolePort}
gateway:
  listen: 127.0.0.1:${sitePort}
  workers: 1
  routes:
    - service: shop
on-call:
  teams:
    shop:
      layers:
        - { name: all, members: [ann, jo], start: 2026-01-05 00:00, every: 1d }
catalog:
  services:
    shop:
      run: exec "${process.execPath}" ${join(root, "examples/shop/main.ts")}
      instances: 2
      health:
        path: /health
        every: 500ms
`;

/** Starts \`castor up\` with an example shop, as a person would, and waits for its sign-in link. `more` are sections of the configuration. */
export async function startCastor(more = ""): Promise<RunningCastor> {
  const folder = mkdtempSync(join(tmpdir(), "castor-journey-"));
  const data = join(folder, "data");
  const file = join(folder, "castor.yaml");
  const printed = join(folder, "printed");
  const [consolePort, sitePort] = [freePort(), freePort()];
  writeFileSync(file, configOf(consolePort, sitePort, more));
  const child = Bun.spawn(
    [
      process.execPath,
      join(root, "src/main.ts"),
      "up",
      "--config",
      file,
      "--data",
      data,
      "--plain",
    ],
    {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1" },
      stdout: Bun.file(printed),
      stderr: "inherit",
    },
  );
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const link = await until(
      "The sign-in link",
      () => /http:\S+#link=\S+/.exec(readFileSync(printed, { encoding: "utf8", flag: "a+" }))?.[0],
    );
    return {
      ...handles(data, file),
      console: `http://localhost:${consolePort}`,
      site: `http://127.0.0.1:${sitePort}`,
      link,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The pid of control, told from those of other Castors by its data folder. */
function controlOf(data: string): number {
  const pid = readdirSync("/proc").find((each) => {
    const words = /^\d+$/.test(each) ? commandLine(each) : [];
    return words.includes("__control") && words.includes(data);
  });
  if (pid === undefined) throw new Error("Control does not run");
  return Number(pid);
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // It ended meanwhile.
  }
}

type Handles = Pick<RunningCastor, "configure" | "killControl" | "invite">;

function handles(data: string, file: string): Handles {
  const command = async (verb: string, input: unknown): Promise<unknown> => {
    const token = readFileSync(join(data, "run/local-token"), "utf8").trim();
    const url = readFileSync(join(data, "run/url"), "utf8").trim();
    const answer = await fetch(`${url}/api/${verb}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(input),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  return {
    configure: (more) => writeFileSync(file, readFileSync(file, "utf8") + more),
    killControl: () => process.kill(controlOf(data), "SIGKILL"),
    invite: async (role) => {
      const { link } = (await command("people.invite", { role })) as { link: string };
      return link;
    },
  };
}

/** A few visitors who come again and again until they are told to stop. */
export function visitors(site: string): { stop: () => void } {
  const paths = ["/", "/health", "/nothing-here"];
  let visit = 0;
  const timer = setInterval(() => {
    visit += 1;
    void fetch(site + (paths[visit % paths.length] ?? "/")).then(
      (answer) => answer.bytes(),
      () => undefined,
    );
  }, 40);
  return { stop: () => clearInterval(timer) };
}
