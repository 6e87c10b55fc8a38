import { watch } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const settleMs = 200;

/**
 * `npm run dev`: the demonstration on data of its own; the console is built again when its sources change, and the control
 * process is started again when the kernel or a capability changes (visitors notice nothing: that is the point).
 */
const running = Bun.spawn(
  [
    process.execPath,
    join(root, "src/main.ts"),
    "demo",
    "--data",
    ".castor/dev",
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: ["inherit", "inherit", "inherit"] },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => running.kill(signal));

const inTheBrowser = /(^|\/)console(\.tsx$|\/)|\.css$/;
let pending: ReturnType<typeof setTimeout> | undefined;
const changed = new Set<string>();

watch(join(root, "src"), { recursive: true }, (_, path) => {
  if (!path || !/\.(tsx?|css)$/.test(path) || path.includes(".test.")) return;
  changed.add(path);
  clearTimeout(pending);
  pending = setTimeout(() => void reload(), settleMs);
});

async function reload(): Promise<void> {
  const paths = [...changed];
  changed.clear();
  if (paths.some((path) => inTheBrowser.test(path) || path.endsWith("contract.ts")))
    await Bun.spawn([process.execPath, join(root, "tools/build-console.ts")], {
      cwd: root,
      stderr: "inherit",
    }).exited;
  if (paths.some((path) => !inTheBrowser.test(path))) await restartControl();
}

async function restartControl(): Promise<void> {
  const file = (name: string) => Bun.file(join(root, ".castor/dev/run", name)).text();
  const [url, token] = await Promise.all([file("url"), file("local-token")]);
  const headers = { authorization: `Bearer ${token.trim()}` };
  const answer = await fetch(`${url.trim()}/api/castor.restart`, { method: "POST", headers });
  if (!answer.ok) process.stderr.write(`Control was not restarted: ${await answer.text()}\n`);
}

process.exit(await running.exited);
