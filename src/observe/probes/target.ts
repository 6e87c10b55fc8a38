import { type Preface, type RecordType, recordTypes } from "#kernel";

/** What is asked. `server` of a DNS target is an address or a name; without it the machine's own are asked. */
export type Target =
  | { kind: "http"; url: string; host: string }
  | { kind: "tcp"; host: string; port: number }
  | { kind: "tls"; host: string; port: number; preface?: Preface }
  | { kind: "ping"; host: string }
  | { kind: "dns"; name: string; type: RecordType; server?: { host: string; port: number } };

const portDns = 53;
const portOf = (text: string): number | undefined => {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
};
const bare = (host: string): string => host.replace(/^\[|\]$/g, "").toLowerCase();
const hostPattern = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253})$/;
const namePattern = /^[A-Za-z0-9_*.-]{1,253}$/;

const prefaces: readonly Preface[] = ["smtp", "imap", "pop3", "postgres"];
/**
 * `https://…`, `tcp://host:port`, `tls://host:port`, `smtp://host:port` and the like where TLS begins later, `ping:host`, and
 * `dns://server/name?type=A` (RFC 4501); the text says what is wrong with others.
 */
export function targetOf(text: string): Target | string {
  const [, scheme = "", rest = ""] = /^([a-z]+3?):(.*)$/s.exec(text.trim()) ?? [];
  if (scheme === "http" || scheme === "https") return webTarget(text.trim());
  if (scheme === "tcp" || scheme === "tls") return doorTarget(scheme, rest, { kind: scheme });
  const preface = prefaces.find((each) => each === scheme);
  if (preface !== undefined) return doorTarget(scheme, rest, { kind: "tls", preface });
  if (scheme === "ping") return pingTarget(rest);
  if (scheme === "dns") return nameTarget(rest);
  return 'Write an address such as "https://shop.example/", "tcp://db.example:5432", "tls://mail.example:993", "smtp://mail.example:587", "ping:db.example" or "dns:shop.example?type=A"';
}

function webTarget(text: string): Target | string {
  if (!URL.canParse(text)) return "This is no address";
  const { hostname, username, password, href, hash } = new URL(text);
  if (username !== "" || password !== "")
    return "Leave out the account; a header such as authorization can hold it";
  if (hostname === "" || hash !== "") return "Write scheme, host and path, and no #";
  return { kind: "http", url: href, host: bare(hostname) };
}

type Door = { kind: "tcp" } | { kind: "tls"; preface?: Preface };
function doorTarget(scheme: string, rest: string, door: Door): Target | string {
  const [, host = "", port = ""] = /^\/\/(.+):(\d+)\/?$/.exec(rest) ?? [];
  const number = portOf(port);
  if (!hostPattern.test(host) || number === undefined)
    return `Write a host and a port, such as "${scheme}://db.example:5432"`;
  return { ...door, host: bare(host), port: number };
}

function pingTarget(rest: string): Target | string {
  const host = rest.replace(/^\/\//, "").replace(/\/$/, "");
  // A dash at its beginning would be an option of the program.
  if (!hostPattern.test(host) || host.startsWith("-"))
    return 'Write a name or an address, such as "ping:db.example"';
  return { kind: "ping", host: bare(host) };
}

function nameTarget(rest: string): Target | string {
  const [, authority, name = "", query = ""] =
    /^(?:\/\/([^/]*)\/)?([^/?]+)(?:\?(.*))?$/.exec(rest) ?? [];
  const wanted = (/(?:^|[;&])type=([^;&]*)/i.exec(query)?.[1] ?? "A").toUpperCase();
  const type = recordTypes.find((each) => each === wanted);
  if (type === undefined) return `Ask for one of ${recordTypes.join(", ")}`;
  if (!namePattern.test(name)) return 'Write a name, such as "dns:shop.example"';
  const asked = { kind: "dns" as const, name: name.replace(/\.$/, ""), type };
  if (authority === undefined || authority === "") return asked;
  const [, host = "", port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(authority) ?? [];
  const number = port === undefined ? portDns : portOf(port);
  if (!hostPattern.test(host) || number === undefined)
    return 'Write the name server as "dns://1.1.1.1/shop.example"';
  return { ...asked, server: { host: bare(host), port: number } };
}

/** Whose answer it is: what can be far away. */
export const hostOf = (target: Target): string =>
  target.kind === "dns" ? (target.server?.host ?? target.name) : target.host;

/** As people may see it: what stands behind a `?` may be a key. */
export function shownTarget(target: Target): string {
  if (target.kind === "http") return target.url.replace(/\?.*$/s, "?…");
  if (target.kind === "dns") {
    const { name, type, server } = target;
    return `${type} ${name}${server ? ` at ${server.host}` : ""}`;
  }
  if (target.kind === "ping") return `ping ${target.host}`;
  const scheme = (target.kind === "tls" ? target.preface : undefined) ?? target.kind;
  return `${scheme}://${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
}
