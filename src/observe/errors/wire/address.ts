/** What a request to the intake is for. */
export type Endpoint = "envelope" | "store" | "security";
export type Target =
  | { project: number; endpoint: Endpoint }
  /** A job that says how it is by asking for an address, with `curl`. */
  | { project: number; endpoint: "cron"; monitor: string; key: string }
  | "tunnel";

/** Below this path SDKs find what they expect below `/`: the DSN is `http://KEY@host/in/sentry/PROJECT`. */
export const intakePath = "/in/sentry";
const endpoint = /^\/in\/sentry\/api\/(\d{1,9})\/(envelope|store|security|csp-report)\/?$/;
/** `csp-report` is what `security` was called first. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  ...{ envelope: "envelope", store: "store", security: "security", "csp-report": "security" },
};
const cron = /^\/in\/sentry\/api\/(\d{1,9})\/cron\/([\w.-]{1,100})\/([\w-]{1,64})\/?$/;
const tunnel = /^\/in\/sentry\/tunnel\/?$/;

export function targetOf(path: string): Target | undefined {
  if (tunnel.test(path)) return "tunnel";
  const [, of, monitor, key] = cron.exec(path) ?? [];
  if (of !== undefined && monitor !== undefined && key !== undefined)
    return { project: Number(of), endpoint: "cron", monitor, key };
  const [, project, kind] = endpoint.exec(path) ?? [];
  return project === undefined
    ? undefined
    : { project: Number(project), endpoint: endpoints[kind ?? ""] ?? "envelope" };
}

/** The ways of saying the key, in the order in which they count: path, query, header; the DSN in the envelope is the caller's. */
export function keyOf(
  headers: Headers,
  query: URLSearchParams,
  target?: Target,
): string | undefined {
  if (typeof target === "object" && target.endpoint === "cron") return target.key;
  const asked = query.get("sentry_key") ?? query.get("glitchtip_key");
  if (asked) return asked;
  for (const name of ["x-sentry-auth", "authorization"]) {
    const [, key] = /\bsentry_key\s*=\s*"?([\w-]{1,64})/i.exec(headers.get(name) ?? "") ?? [];
    if (key !== undefined) return key;
  }
  return undefined;
}

/** Key and project of a DSN: `http://key[:secret]@host[/path]/42`. */
export function readDsn(text: unknown): { key: string; project: number } | undefined {
  if (typeof text !== "string" || text.length > 1_000) return undefined;
  const [, key = "", project = ""] =
    /^https?:\/\/([\w-]{1,64})(?::[^@/]*)?@[^/]+(?:\/[^?#]*)?\/(\d{1,9})$/.exec(text) ?? [];
  return key === "" ? undefined : { key, project: Number(project) };
}

export const dsnOf = (origin: string, key: string, project: number): string =>
  `${origin.replace(/^(https?:\/\/)/, `$1${key}@`).replace(/\/$/, "")}${intakePath}/${project}`;
