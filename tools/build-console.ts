import { existsSync, readdirSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { problemPages } from "./problem-pages.ts";
import { reasonPages } from "./reason-pages.ts";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = dirname(import.meta.dir);
/** Where the built console lives unless told otherwise. */
export const consoleFolder = join(root, "dist/console");
const SOURCES = [
  "src/console/**/*",
  "src/*/*/console.tsx",
  "src/*/*/console/**/*",
  "src/*/*/contract.ts",
  "src/*/*/contract/*.ts",
  "docs/problems/*.md",
];
const ICONS = [
  ...["castor.svg", "castor-192.png", "castor-512.png", "castor-maskable-512.png"],
  ...["castor-apple-180.png", "castor-badge-96.png"],
];
const FIXED_NAMES = [...ICONS, "castor.webmanifest", "problems.json", "reasons.json"];
/** At the root, since a service worker rules over what lies beneath it; never hashed, since browsers ask for it again by its name. */
const WORKER = "/service-worker.js";
const SMALLEST_COMPRESSED_BYTES = 512;

/** What `serveConsole` reads: `files` maps each public path to its type and encodings. */
export type ConsoleManifest = {
  sources: string;
  html: string;
  files: Record<string, { type: string; encodings: string[] }>;
  firstLoadGzipBytes: number;
};

async function sourcesHash(): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  const paths = [join(root, "package-lock.json"), import.meta.path];
  for (const pattern of SOURCES) {
    for (const path of new Bun.Glob(pattern).scanSync({ cwd: root, absolute: true })) {
      if (!/\.test\.tsx?$/.test(path)) paths.push(path);
    }
  }
  for (const path of paths.toSorted()) {
    hasher.update(relative(root, path)).update(await Bun.file(path).bytes());
  }
  return hasher.digest("hex").slice(0, 16);
}

async function bundle(outdir: string) {
  const { default: tailwind } = await import("bun-plugin-tailwind"); // Mostly there is nothing to build.
  const built = await Bun.build({
    entrypoints: [join(root, "src/console/main.tsx"), join(root, "src/console/theme-first.ts")],
    outdir,
    target: "browser",
    format: "esm",
    splitting: true,
    minify: true,
    sourcemap: "none",
    plugins: [tailwind],
    define: { "process.env.NODE_ENV": '"production"' },
    naming: {
      entry: "[name]-[hash].[ext]",
      chunk: "part-[hash].[ext]",
      asset: "[name]-[hash].[ext]",
    },
    publicPath: "/assets/",
  });
  if (!built.success) throw new AggregateError(built.logs, "The console does not build");
  return built.outputs.map((output) => ({
    name: relative(outdir, output.path),
    path: output.path,
    kind: output.kind,
  }));
}

const page = (head: string): string => `<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Castor's console: what happens at your service, now.">
<title>Castor</title>
<link rel="icon" href="/assets/castor.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/assets/castor-apple-180.png">
<meta name="theme-color" content="#f6f5f1" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#0c1418" media="(prefers-color-scheme: dark)">
<link rel="manifest" href="/assets/castor.webmanifest">
${head}
</head>
<body><div id="console"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`;

const appManifest = JSON.stringify({
  name: "Castor",
  short_name: "Castor",
  description: "What happens at your service, and whom it wakes.",
  id: "/",
  scope: "/",
  start_url: "/",
  display: "standalone",
  background_color: "#0e3a42",
  theme_color: "#0e3a42",
  icons: [
    { src: "/assets/castor.svg", sizes: "any", type: "image/svg+xml" },
    { src: "/assets/castor-192.png", sizes: "192x192", type: "image/png" },
    { src: "/assets/castor-512.png", sizes: "512x512", type: "image/png" },
    {
      ...{ src: "/assets/castor-maskable-512.png", sizes: "512x512" },
      ...{ type: "image/png", purpose: "maskable" },
    },
  ],
  shortcuts: [
    { name: "Who is on call", url: "/on-call" },
    { name: "Alerts", url: "/alerts" },
  ],
});

async function bundleWorker(folder: string): Promise<void> {
  const built = await Bun.build({
    entrypoints: [join(root, "src/console/worker/service-worker.ts")],
    outdir: folder,
    target: "browser",
    minify: true,
    naming: WORKER.slice(1),
  });
  if (!built.success) throw new AggregateError(built.logs, "The service worker does not build");
}

async function compress(path: string): Promise<string[]> {
  const bytes = await Bun.file(path).bytes();
  if (bytes.length < SMALLEST_COMPRESSED_BYTES) return [];
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
  await Bun.write(`${path}.br`, brotliCompressSync(bytes, quality));
  await Bun.write(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  return ["br", "gzip"];
}

const gzipSize = async (path: string) => gzipSync(await Bun.file(path).bytes()).length;

/** Every script that a first visit loads before it can show a page: the entry and what it imports at once. */
async function firstScripts(assets: string, entry: string): Promise<Set<string>> {
  const found = new Set<string>();
  const queue = [entry];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const imports = new Bun.Transpiler({ loader: "js" }).scanImports(
      await Bun.file(join(assets, name)).text(),
    );
    for (const each of imports) {
      if (each.kind === "import-statement") queue.push(each.path.replace(/^.*\//, ""));
    }
  }
  return found;
}

async function writeConsole(folder: string, sources: string): Promise<ConsoleManifest> {
  const assets = join(folder, "assets");
  await mkdir(assets, { recursive: true });
  const outputs = await bundle(assets);
  const named = (start: string, end: string): string => {
    const found = outputs.find((each) => each.name.startsWith(start) && each.name.endsWith(end));
    if (!found) throw new Error(`The build left no ${start}*${end}`);
    return found.name;
  };
  const entry = named("main-", ".js");
  const theme = named("theme-first-", ".js");
  const styles = outputs.filter((each) => each.name.endsWith(".css")).map((each) => each.name);
  const scripts = await firstScripts(assets, entry);
  const head = [
    `<script src="/assets/${theme}"></script>`,
    ...styles.map((name) => `<link rel="stylesheet" href="/assets/${name}">`),
    ...[...scripts].map((name) => `<link rel="modulepreload" href="/assets/${name}">`),
    `<script type="module" src="/assets/${entry}"></script>`,
  ];
  await Bun.write(join(folder, "index.html"), page(head.join("\n")));
  for (const icon of ICONS)
    await Bun.write(join(assets, icon), Bun.file(join(root, "src/console/design", icon)));
  await bundleWorker(folder);
  await Bun.write(join(assets, "castor.webmanifest"), appManifest);
  await Bun.write(join(assets, "problems.json"), JSON.stringify(await problemPages(root)));
  await Bun.write(join(assets, "reasons.json"), JSON.stringify(await reasonPages(root)));
  const files: ConsoleManifest["files"] = {
    [WORKER]: {
      type: "text/javascript;charset=utf-8",
      encodings: await compress(join(folder, WORKER)),
    },
  };
  let firstLoadGzipBytes = 0;
  for (const name of [...outputs.map((each) => each.name), ...FIXED_NAMES]) {
    const path = join(assets, name);
    const type = name.endsWith(".webmanifest") ? "application/manifest+json" : Bun.file(path).type;
    if (scripts.has(name) || styles.includes(name) || name === theme) {
      firstLoadGzipBytes += await gzipSize(path);
    }
    files[`/assets/${name}`] = { type, encodings: await compress(path) };
  }
  firstLoadGzipBytes += await gzipSize(join(folder, "index.html"));
  const html = await Bun.file(join(folder, "index.html")).text();
  const manifest = { sources, html: Bun.hash(html).toString(36), files, firstLoadGzipBytes };
  await Bun.write(join(folder, "manifest.json"), JSON.stringify(manifest, null, 1));
  return manifest;
}

async function builtFrom(folder: string, sources: string): Promise<ConsoleManifest | undefined> {
  const manifest = Bun.file(join(folder, "manifest.json"));
  if (!(await manifest.exists())) return undefined;
  const known: ConsoleManifest = await manifest.json();
  return known.sources === sources ? known : undefined;
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A build that was killed leaves its half. */
async function removeAbandoned(folder: string): Promise<void> {
  const beside = existsSync(dirname(folder)) ? readdirSync(dirname(folder)) : [];
  for (const name of beside.filter((each) => each.startsWith(`${basename(folder)}.`))) {
    if (runs(Number(name.slice(basename(folder).length + 1)))) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

/** Builds the console into `folder`, unless what lies there was built from the same sources. */
export async function buildConsole(folder = consoleFolder): Promise<ConsoleManifest> {
  const sources = await sourcesHash();
  const known = await builtFrom(folder, sources);
  if (known) return known;
  const fresh = `${folder}.${process.pid}`;
  await removeAbandoned(folder);
  try {
    const built = await writeConsole(fresh, sources);
    // Somebody else may have put the same build there in between: people may be loading it.
    const before = await builtFrom(folder, sources);
    if (before) return before;
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
    return built;
  } catch (error) {
    const theirs = await builtFrom(folder, sources);
    if (theirs) return theirs;
    throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const started = performance.now();
  const { firstLoadGzipBytes } = await buildConsole(Bun.argv[2]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `console ready in ${seconds} s, first load ${Math.ceil(firstLoadGzipBytes / 1000)} kB gzip\n`,
  );
}
