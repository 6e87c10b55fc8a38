import { existsSync } from "node:fs";
import { join } from "node:path";

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
    wantedBy: "the journeys through the console and a whole show",
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
  {
    name: "curl",
    places: ["curl"],
    package: "curl",
    wantedBy: "HTTP/2 and the PROXY protocol by a real client",
    env: "CASTOR_CURL",
  },
  {
    name: "h2load and nghttp",
    places: ["h2load"],
    package: "nghttp2-client",
    wantedBy: "HTTP/2 by a real client",
    env: "CASTOR_H2LOAD",
  },
  {
    name: "Prometheus",
    places: ["prometheus"],
    package: "prometheus",
    wantedBy: "alerts by a real sender",
    env: "CASTOR_PROMETHEUS",
  },
  {
    name: "Alertmanager and amtool",
    places: ["prometheus-alertmanager"],
    package: "prometheus-alertmanager",
    wantedBy: "alerts beside a real Alertmanager",
    env: "CASTOR_ALERTMANAGER",
  },
  {
    name: "ping",
    places: ["ping"],
    package: "iputils-ping",
    wantedBy: "a probe that pings",
    env: "CASTOR_PING",
  },
  {
    name: "aiosmtpd",
    places: ["/usr/lib/python3/dist-packages/aiosmtpd"],
    package: "python3-aiosmtpd",
    wantedBy: "letters to a real mail server",
    env: "CASTOR_AIOSMTPD",
  },
  {
    name: "OpenSSH's server",
    places: ["/usr/sbin/sshd"],
    package: "openssh-server",
    wantedBy: "a status page that is published over SSH",
    env: "CASTOR_SSHD",
  },
  {
    name: "Python",
    places: ["python3"],
    package: "python3",
    wantedBy: "a live show by a client in another language",
    env: "CASTOR_PYTHON",
  },
  {
    name: "Sentry's SDK for Python",
    places: ["/usr/lib/python3/dist-packages/sentry_sdk"],
    package: "python3-sentry-sdk",
    wantedBy: "the error inbox by a real client",
    env: "CASTOR_SENTRY_PYTHON",
  },
];

const e2e = join(import.meta.dir, "../../e2e");
/** What only some tests need from npm, in packages of their own. */
const packages = [
  { folder: "sentry-sdks", name: "Sentry's SDKs", wantedBy: "the error inbox by real clients" },
  { folder: "s3-server", name: "An S3 server", wantedBy: "a status page that is put in a bucket" },
];
type Package = (typeof packages)[number];

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
  for (const each of packages) {
    const { folder, name, wantedBy } = each;
    if (!existsSync(join(e2e, folder, "node_modules")) && !(await installPackage(each, say)))
      lacks.push(`${name}, for ${wantedBy}: run \`npm ci\` in e2e/${folder}`);
  }
  for (const lack of lacks) say(`lacking: ${lack}`);
  return { env, lacks };
}

async function installPackage(
  { folder, name, wantedBy }: Package,
  say: (line: string) => void,
): Promise<boolean> {
  say(`installing ${name} with npm, for ${wantedBy}`);
  const npm = Bun.spawn(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: join(e2e, folder),
    stdout: "ignore",
    stderr: "inherit",
  });
  return (await npm.exited) === 0;
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
