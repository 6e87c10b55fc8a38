import { isIP } from "node:net";
import { jsonTime, readJsonLine } from "./access-log-json.ts";

/** One request of a recorded day. */
export type LoggedRequest = {
  /** Milliseconds since the epoch; the combined format knows whole seconds only. */
  at: number;
  person: string;
  /** Where they came from, as the log has it. */
  address: string;
  method: string;
  path: string;
  status: number;
  /** Empty when none was sent. */
  referrer: string;
  agent: string;
};

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const quoted = (name: string): string => String.raw`"(?<${name}>(?:[^"\\]|\\.)*)"`;
const clock = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d(?:\.\d{1,9})?) ([+-]\d\d):?(\d\d)$/;
const line = new RegExp(
  String.raw`^(?<before>[^"]*?) ?\[(?<time>\d\d/\w{3}/\d{4}:[^\]]+|\d{4}-\d\d-\d\d[T ][^\]]+)\] ` +
    String.raw`${quoted("request")} (?<status>\d{3})(?: \S+(?: ${quoted("referrer")} ${quoted("agent")})?)?`,
);

/** Undoes the escapes of Apache (\" \\ \t \xHH) and nginx (\xHH). */
export const unescapeField = (text: string): string =>
  text.replaceAll(/\\(x[0-9a-fA-F]{2}|.)/g, (_, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: "\n", r: "\r", t: "\t", v: "\v", b: "\b" }[code] ?? code;
  });

const field = (text = "-"): string => (text === "-" ? "" : unescapeField(text));

function timeOf(text: string): number {
  const [, day, month, year, hours, zoneHours, zoneMinutes] = clock.exec(text) ?? [];
  if (day === undefined) return jsonTime(text);
  const number = String(months.indexOf(month ?? "") + 1).padStart(2, "0");
  return Date.parse(`${year}-${number}-${day}T${hours}${zoneHours}:${zoneMinutes}`);
}

const isAddress = (text: string): boolean => isIP(text.replaceAll(/^\[|\]$/g, "")) > 0;

/**
 * Who asked, out of what stands before the time: `address identity user`, perhaps after the name of the virtual host, or after what
 * syslog or a container wrote there. Where addresses were looked up it is a name.
 */
function whoIn(before: string): string {
  const words = before.split(/[\s,]+/).filter((each) => each !== "");
  const found = words.find(isAddress) ?? (/:\d+$/.test(words[0] ?? "") ? words[1] : words[0]);
  return (found ?? "").replaceAll(/^\[|\]$/g, "");
}

type Said = Pick<LoggedRequest, "at" | "address" | "status" | "referrer" | "agent">;
function requestFrom(said: Said, asked: string): LoggedRequest | undefined {
  const [, method, path] = /^([A-Z][A-Z_-]*) (.+?)(?: HTTP\/[\d.]+)?$/.exec(asked) ?? [];
  if (Number.isNaN(said.at) || method === undefined || path === undefined) return undefined;
  return { ...said, person: `${said.address} ${said.agent}`, method, path };
}

/** A line of JSON, as Caddy, Traefik, Envoy and many with nginx write it. */
function parseJsonLine(text: string): LoggedRequest | undefined {
  const fields = readJsonLine(text);
  if (!fields) return undefined;
  const { time, address = "", request, method, path, status, referrer = "", agent = "" } = fields;
  const said = { at: timeOf(time ?? ""), address: addressIn(address), referrer, agent };
  const asked = method === undefined || path === undefined ? (request ?? "") : `${method} ${path}`;
  return requestFrom({ ...said, status: Number(status ?? 0) }, asked);
}

/** Without a port, and without the proxies after it. */
function addressIn(text: string): string {
  const [first = ""] = text.split(",");
  const address = first.trim();
  return address.replace(/^\[(.*)\](?::\d+)?$/, "$1").replace(/^([^:]+):\d+$/, "$1");
}

/**
 * Reads one line of an access log: the common or combined format, also after the virtual host or with more behind it, or JSON;
 * undefined if it is none.
 */
export function parseLogLine(text: string): LoggedRequest | undefined {
  if (text.startsWith("{")) return parseJsonLine(text);
  const fields: Record<string, string | undefined> = line.exec(text)?.groups ?? {};
  const referrer = field(fields["referrer"]);
  const agent = field(fields["agent"]);
  const said = {
    ...{ at: timeOf(fields["time"] ?? ""), address: whoIn(fields["before"] ?? "") },
    ...{ status: Number(fields["status"]), referrer, agent },
  };
  return requestFrom(said, field(fields["request"]));
}

export type ParsedLog = { requests: LoggedRequest[]; unreadable: number };

const byteOrderMark = /^\u00EF\u00BB\u00BF/;
/** Reads a whole access log, one character a byte, in order of time. */
export function parseAccessLog(text: string): ParsedLog {
  const lines = text
    .replace(byteOrderMark, "")
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const requests = lines.map(parseLogLine).filter((each) => each !== undefined);
  const unreadable = lines.length - requests.length;
  return { requests: requests.sort((a, b) => a.at - b.at), unreadable };
}
