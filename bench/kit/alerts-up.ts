import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { childrenOf, commandOf, freePort, untilAnswers } from "./castor-up.ts";

/** Something that takes alerts as an Alertmanager does. */
export type Receiver = {
  name: string;
  /** Of the API, without `/api/v2`. */
  url: string;
  /** Every process of it, by the command each runs. */
  processes(): Record<string, number[]>;
  stop(): Promise<void>;
};

const root = join(import.meta.dir, "../..");
const token = "a-token-of-a-benchmark";
const quiet = { stdout: "ignore", stderr: "ignore" } as const;

/** What a process is for, by how it was started. */
const roleOf = (command: string): string =>
  /--name (\S+)/.exec(command)?.[1] ?? /__([\w-]+)/.exec(command)?.[1] ?? "main";

function processesOf(pid: number): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const each of [pid, ...childrenOf(pid)]) (found[roleOf(commandOf(each))] ??= []).push(each);
  return found;
}

const started = async (of: {
  name: string;
  url: string;
  command: string[];
  cwd: string;
}): Promise<Receiver> => {
  const child = Bun.spawn(of.command, { cwd: of.cwd, ...quiet });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
  };
  try {
    await untilAnswers(`${of.url}/-/ready`);
    await untilAnswers(`${of.url}/api/v2/alerts`);
  } catch (why) {
    await stop();
    throw why;
  }
  return { name: of.name, url: of.url, processes: () => processesOf(child.pid), stop };
};

/** The whole program with one intake, on a data folder of its own. */
export async function castorTaking(folder: string): Promise<Receiver> {
  const [gateway, console] = [await freePort(), await freePort()];
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "castor.yaml"),
    `alerts: { intakes: { bench: { format: alertmanager, token: ${token} } } }\ngateway: { workers: 1 }\n`,
  );
  const command = [process.execPath, join(root, "src/main.ts"), "up", "--plain"];
  const where = ["--listen", `127.0.0.1:${gateway}`, "--console", `127.0.0.1:${console}`];
  const url = `http://127.0.0.1:${console}/in/alertmanager/${token}`;
  return await started({
    ...{ name: "castor", url, cwd: folder },
    command: [...command, "--data", join(folder, "data"), ...where],
  });
}

/** Debian's Alertmanager on its own, which keeps alerts in memory. */
export async function alertmanagerTaking(folder: string, program: string): Promise<Receiver> {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "am.yml"),
    "route: { receiver: default, group_by: [alertname, service] }\nreceivers: [{ name: default }]\n",
  );
  const own = [`--web.listen-address=127.0.0.1:${port}`, "--cluster.listen-address="];
  return await started({
    ...{ name: "Alertmanager", url: `http://127.0.0.1:${port}`, cwd: folder },
    command: [program, "--config.file=am.yml", "--storage.path=data", ...own],
  });
}
