import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, machineHere, machineNet } from "#kernel/testing";
import type { Target } from "../publish/targets.ts";
import { placesOn } from "./all.ts";
import type { Ground } from "./place.testing.ts";

const s3rver = join(import.meta.dir, "../../../../e2e/s3-server/node_modules/@20minutes/s3rver");
const [sshd, nginx] = [process.env["CASTOR_SSHD"], process.env["CASTOR_NGINX"]];
/** Which servers are here; tools/test/prerequisites.ts names their packages. */
export const isHere = {
  directory: true,
  git: Bun.which("git") !== null,
  s3: existsSync(s3rver),
  ssh: sshd !== undefined && Bun.which("sftp") !== null,
  webdav: nginx !== undefined,
};

const scratch = (): string => mkdtempSync(join(tmpdir(), "castor-place-"));
const clock = { now: () => Date.now() };

const placeIn = (folder: string, target: () => Target) => () =>
  placesOn(machineHere({ folder, data: join(folder, "data") }, { net: machineNet, clock })).placeOf(
    "ground",
    target(),
    new AbortController().signal,
  );

/** Starts a program and waits until its port takes connections. */
async function listening(command: string[], port: number): Promise<() => Promise<void>> {
  const child = Bun.spawn(command, { stdout: "ignore", stderr: "ignore" });
  for (let tries = 0; ; tries++) {
    try {
      await machineNet.connect({ host: "127.0.0.1", port, timeoutMs: 1_000 });
      break;
    } catch (error) {
      if (tries > 400 || child.exitCode !== null) throw error;
      await Bun.sleep(25);
    }
  }
  return async () => {
    child.kill("SIGKILL");
    await child.exited;
  };
}

const readIn = async (root: string, path: string): Promise<string | undefined> => {
  const file = Bun.file(join(root, path));
  return (await file.exists()) ? await file.text() : undefined;
};

export function directoryGround(): Promise<Ground> {
  const folder = scratch();
  const root = join(folder, "www/status");
  return Promise.resolve({
    place: placeIn(folder, () => ({ kind: "directory", path: "www/status" })),
    look: (path) => readIn(root, path),
    breaks: () => {
      rmSync(join(folder, "www"), { recursive: true });
      writeFileSync(join(folder, "www"), "a file where the folder was");
      return Promise.resolve();
    },
    secrets: [],
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  });
}

/** Checks signatures, as a real one does. */
export async function s3Ground(): Promise<Ground> {
  const folder = scratch();
  const port = freePort();
  const program = `
    import S3rver from ${JSON.stringify(join(s3rver, "lib/s3rver.js"))};
    const server = new S3rver({ port: ${port}, address: "127.0.0.1", silent: true, directory: ${JSON.stringify(join(folder, "buckets"))}, configureBuckets: [{ name: "page", configs: [] }] });
    await server.run();`;
  writeFileSync(join(folder, "server.mjs"), program);
  const stop = await listening(["node", join(folder, "server.mjs")], port);
  const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
  const target = (): Target => ({
    ...{ kind: "s3", bucket: "page", region: "us-east-1", prefix: "shop" },
    ...{ endpoint: `http://127.0.0.1:${port}`, ...credentials },
  });
  return {
    place: placeIn(folder, target),
    async look(path) {
      const client = new Bun.S3Client({
        ...credentials,
        bucket: "page",
        endpoint: `http://127.0.0.1:${port}`,
      });
      const file = client.file(`shop/${path}`);
      return (await file.exists()) ? await file.text() : undefined;
    },
    async breaks() {
      credentials.secretAccessKey = "wrong-secret-wrong-secret";
    },
    secrets: ["wrong-secret-wrong-secret", "Signature="],
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const account = process.env["USER"] ?? "root";

/** An SSH server of its own on a high port, whose only account is the one that runs the test. */
async function sshServer(folder: string): Promise<{ port: number; stop: () => Promise<void> }> {
  const port = freePort();
  for (const name of ["host", "client"])
    Bun.spawnSync(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  await knows(folder, port, "host");
  writeFileSync(join(folder, "allowed"), await Bun.file(join(folder, "client.pub")).text());
  mkdirSync("/run/sshd", { recursive: true });
  writeFileSync(
    join(folder, "sshd_config"),
    `ListenAddress 127.0.0.1:${port}
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/allowed
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
`,
  );
  const command = [sshd ?? "", "-D", "-e", "-f", join(folder, "sshd_config")];
  return { port, stop: await listening(command, port) };
}
/** Who the server must be; with the client's key it is somebody else. */
const knows = async (folder: string, port: number, who: "host" | "client"): Promise<void> => {
  const key = await Bun.file(join(folder, `${who}.pub`)).text();
  writeFileSync(join(folder, "known"), `[127.0.0.1]:${port} ${key}`);
};

export async function gitGround(
  over: "file" | "ssh" = "file",
): Promise<Ground & { clone: string; commits(): number }> {
  const folder = scratch();
  const repository = join(folder, "page.git");
  const server = over === "ssh" ? await sshServer(folder) : undefined;
  const url = server
    ? `ssh://${account}@127.0.0.1:${server.port}${repository}`
    : `file://${repository}`;
  Bun.spawnSync(["git", "init", "--quiet", "--bare", repository]);
  const git = (...args: string[]) => Bun.spawnSync(["git", "--git-dir", repository, ...args]);
  return {
    clone: join(folder, "data/status-page/ground.git"),
    place: placeIn(folder, () => ({
      ...{ kind: "git", url, branch: "gh-pages", user: "castor" },
      ...(server ? { key: "client", knownHosts: "known" } : {}),
    })),
    look(path) {
      const shown = git("show", `gh-pages:${path}`);
      return Promise.resolve(shown.exitCode === 0 ? shown.stdout.toString() : undefined);
    },
    commits: () => Number(git("rev-list", "--count", "gh-pages").stdout.toString()),
    breaks: async () =>
      server ? await knows(folder, server.port, "client") : rmSync(repository, { recursive: true }),
    secrets: ["PRIVATE KEY"],
    [Symbol.asyncDispose]: async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function sshGround(): Promise<Ground> {
  const folder = scratch();
  const { port, stop } = await sshServer(folder);
  const root = join(folder, "www/status page");
  const target: Target = {
    ...{ kind: "ssh", host: "127.0.0.1", port, user: account },
    ...{ path: root, key: "client", knownHosts: "known" },
  };
  return {
    place: placeIn(folder, () => target),
    look: (path) => readIn(root, path),
    // Somebody else answers there: nobody unknown is believed.
    breaks: () => knows(folder, port, "client"),
    secrets: ["PRIVATE KEY"],
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function webdavGround(): Promise<Ground> {
  const folder = scratch();
  const port = freePort();
  const root = join(folder, "www");
  mkdirSync(root);
  const hash = await Bun.password.hash("the-right-password", { algorithm: "bcrypt", cost: 4 });
  writeFileSync(join(folder, "users"), `castor:${hash.replace(/^\$2b/, "$2y")}\n`);
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((each) => `${each}_temp_path ${folder}/${each};`)
    .join(" ");
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; user ${process.env["USER"] ?? "root"}; pid ${folder}/pid; events {}
http { access_log off; ${temp}
  server { listen 127.0.0.1:${port}; root ${root}; location / {
    dav_methods PUT DELETE MKCOL MOVE; auth_basic page; auth_basic_user_file ${folder}/users; } } }`,
  );
  const stop = await listening(
    [nginx ?? "", "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")],
    port,
  );
  const account = { user: "castor", password: "the-right-password" };
  return {
    place: placeIn(folder, () => ({
      kind: "webdav",
      url: `http://127.0.0.1:${port}/`,
      ...account,
    })),
    look: (path) => readIn(root, path),
    async breaks() {
      account.password = "the-wrong-password";
    },
    secrets: ["the-wrong-password", Buffer.from("castor:the-wrong-password").toString("base64")],
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
