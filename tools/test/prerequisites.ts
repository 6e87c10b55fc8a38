import { existsSync } from "node:fs";

type Need = { name: string; places: string[]; package: string; wantedBy: string; env: string };

const needs: Need[] = [
  {
    name: "Chromium",
    places: [
      "chromium",
      "chromium-browser",
      "google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    package: "chromium",
    wantedBy: "the journeys through the console",
    env: "CASTOR_CHROMIUM",
  },
  {
    name: "HAProxy",
    places: ["haproxy", "/usr/sbin/haproxy"],
    package: "haproxy",
    wantedBy: "the PROXY protocol by a real balancer",
    env: "CASTOR_HAPROXY",
  },
  {
    name: "nginx",
    places: ["nginx", "/usr/sbin/nginx"],
    package: "nginx-light",
    wantedBy: "the export of a frozen site",
    env: "CASTOR_NGINX",
  },
  {
    name: "PHP",
    places: ["php"],
    package: "php-cli",
    wantedBy: "the freeze of a real wiki",
    env: "CASTOR_PHP",
  },
  {
    name: "DokuWiki",
    places: ["/usr/share/dokuwiki/doku.php"],
    package: "dokuwiki",
    wantedBy: "the freeze of a real wiki",
    env: "CASTOR_DOKUWIKI",
  },
  {
    name: "Pebble",
    places: ["pebble"],
    package: "pebble",
    wantedBy: "certificates from a real ACME server",
    env: "CASTOR_PEBBLE",
  },
];

/** The path of a program, by name on the PATH or as a file. */
export const locate = (places: string[]): string | undefined =>
  places
    .map((place) => (place.startsWith("/") && existsSync(place) ? place : Bun.which(place)))
    .find((place) => place !== null && place !== undefined) ?? undefined;

/** Finds what the tests need beyond npm, installs it where apt may, and otherwise says exactly what is lacking. */
export async function prepare(
  say: (line: string) => void,
): Promise<{ env: Record<string, string>; lacks: string[] }> {
  const env: Record<string, string> = {};
  const lacks: string[] = [];
  for (const need of needs) {
    const path = process.env[need.env] ?? locate(need.places) ?? (await install(need, say));
    if (path) env[need.env] = path;
    else {
      lacks.push(
        `${need.name}, for ${need.wantedBy}: run \`sudo apt-get install -y ${need.package}\` or set ${need.env} to its path`,
      );
    }
  }
  for (const lack of lacks) say(`lacking: ${lack}`);
  return { env, lacks };
}

async function install(need: Need, say: (line: string) => void): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || Bun.which("apt-get") === null) return undefined;
  say(`installing ${need.package} with apt-get, for ${need.wantedBy}`);
  const apt = async (...args: string[]): Promise<number> =>
    Bun.spawn(["apt-get", "-qq", ...args], {
      stdout: "ignore",
      stderr: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).exited;
  await apt("update");
  await apt("install", "-y", "--no-install-recommends", need.package);
  return locate(need.places);
}
