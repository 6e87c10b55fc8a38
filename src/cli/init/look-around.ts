import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Something that can be started or is running, with the place it was seen. */
export type Candidate = {
  name: string;
  /** How to start it; absent for what runs already. */
  run?: string;
  port?: number;
  why: string;
};
export type Surroundings = { name: string; candidates: Candidate[]; listening: Listener[] };
export type Listener = { port: number; local: boolean };

const frameworks: [dependency: string, name: string, port: number][] = [
  ["next", "Next.js", 3000],
  ["nuxt", "Nuxt", 3000],
  ["@remix-run/serve", "Remix", 3000],
  ["@sveltejs/kit", "SvelteKit", 3000],
  ["astro", "Astro", 4321],
  ["ghost", "Ghost", 2368],
  ["@nestjs/core", "NestJS", 3000],
  ["fastify", "Fastify", 3000],
  ["express", "Express", 3000],
  ["hono", "Hono", 3000],
  ["koa", "Koa", 3000],
  ["vite", "Vite", 5173],
];
const scriptsByWorth = ["start:prod", "start", "serve", "preview", "dev"];

/** A name that a service may have: small letters, digits and dashes. */
export const serviceName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^@[^/]*\//, "")
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "") || "site";

const textOf = (folder: string, file: string): string | undefined =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined;

type Package = {
  name?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

function readPackage(text: string): Package {
  try {
    return JSON.parse(text) as Package;
  } catch {
    return {};
  }
}

/** How a Node project is started, and where it then listens as far as its script or framework tells. */
export function fromPackage(text: string, name: string, runner: string): Candidate[] {
  const found = readPackage(text);
  const scripts = found.scripts ?? {};
  const script = scriptsByWorth.find((each) => scripts[each] !== undefined);
  if (script === undefined) return [];
  const needs = { ...found.devDependencies, ...found.dependencies };
  const framework = frameworks.find(([dependency]) => dependency in needs);
  const said = /(?:PORT=|--port[= ]|-p )(\d{2,5})/.exec(scripts[script] ?? "")?.[1];
  const port = said === undefined ? framework?.[2] : Number(said);
  return [
    {
      name: serviceName(found.name ?? name),
      run: script === "start" ? `${runner} start` : `${runner} run ${script}`,
      ...(port === undefined ? {} : { port }),
      why: `package.json has the script "${script}"${framework ? ` (${framework[1]})` : ""}`,
    },
  ];
}

/** `web: npm start` for each line; Heroku's form. */
export const fromProcfile = (text: string): Candidate[] =>
  [...text.matchAll(/^([A-Za-z0-9_-]+):\s*(.+)$/gm)].map(([, name = "", run = ""]) => ({
    name: serviceName(name),
    run: run.trim(),
    why: `Procfile has "${name}"`,
  }));

/** The first port that an image exposes. */
export const exposedPort = (dockerfile: string): number | undefined => {
  const port = /^\s*EXPOSE\s+(\d{1,5})/im.exec(dockerfile)?.[1];
  return port === undefined ? undefined : Number(port);
};

const listenState = "0A";
/** Ports that something listens on, from the kernel's own table (`/proc/net/tcp`, `tcp6`). */
export function listenersIn(tables: readonly string[]): Listener[] {
  const found = new Map<number, Listener>();
  for (const line of tables.flatMap((table) => table.split("\n").slice(1))) {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address = "", hexPort = ""] = local.split(":");
    if (state !== listenState) continue;
    const port = Number.parseInt(hexPort, 16);
    // Loopback as the table writes it: 127.0.0.1 with its bytes turned round, ::1, and ::ffff:127.0.0.1.
    const isLocal = address.endsWith("7F") || /^0{24}01000000$/.test(address);
    found.set(port, { port, local: isLocal });
  }
  return [...found.values()].sort((a, b) => a.port - b.port);
}

const runnerOf = (folder: string): string => {
  if (existsSync(join(folder, "bun.lock")) || existsSync(join(folder, "bun.lockb"))) return "bun";
  if (existsSync(join(folder, "pnpm-lock.yaml"))) return "pnpm";
  return existsSync(join(folder, "yarn.lock")) ? "yarn" : "npm";
};

/** What a folder and its machine say about the service that is to be run. */
export function lookAround(folder: string): Surroundings {
  const name = basename(folder);
  const dockerfile = textOf(folder, "Dockerfile");
  const port = dockerfile === undefined ? undefined : exposedPort(dockerfile);
  const packageText = textOf(folder, "package.json");
  const candidates = [
    ...fromProcfile(textOf(folder, "Procfile") ?? ""),
    ...(packageText === undefined ? [] : fromPackage(packageText, name, runnerOf(folder))),
  ].map((each) => (each.port === undefined && port !== undefined ? { ...each, port } : each));
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
    existsSync(file) ? [readFileSync(file, "utf8")] : [],
  );
  return { name: serviceName(name), candidates, listening: listenersIn(tables) };
}
