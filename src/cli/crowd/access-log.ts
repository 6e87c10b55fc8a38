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
const line = new RegExp(
  String.raw`^(?<ip>\S+) \S+ .*?\[(?<day>\d\d)/(?<month>\w{3})/(?<year>\d{4}):(?<clock>\d\d:\d\d:\d\d) (?<zone>[+-]\d{4})\] ` +
    String.raw`${quoted("request")} (?<status>\d{3}) \S+(?: ${quoted("referrer")} ${quoted("agent")})?`,
);

/** Undoes the escapes of Apache (\" \\ \t \xHH) and nginx (\xHH). */
export const unescapeField = (text: string): string =>
  text.replaceAll(/\\(x[0-9a-fA-F]{2}|.)/g, (_, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: "\n", r: "\r", t: "\t", v: "\v", b: "\b" }[code] ?? code;
  });

const field = (text = "-"): string => (text === "-" ? "" : unescapeField(text));

type Fields = Record<string, string | undefined>;

function timeOf({ day, month, year, clock, zone = "+0000" }: Fields): number {
  const number = String(months.indexOf(month ?? "") + 1).padStart(2, "0");
  return Date.parse(`${year}-${number}-${day}T${clock}${zone.slice(0, 3)}:${zone.slice(3)}`);
}

/** Reads one line of an access log in the common or combined format; undefined if it is none. */
export function parseLogLine(text: string): LoggedRequest | undefined {
  const fields: Fields = line.exec(text)?.groups ?? {};
  const at = timeOf(fields);
  const request = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/.exec(field(fields["request"]));
  const [, method, path] = request ?? [];
  if (Number.isNaN(at) || method === undefined || path === undefined) return undefined;
  const referrer = field(fields["referrer"]);
  const agent = field(fields["agent"]);
  return {
    at,
    person: `${fields["ip"]} ${agent}`,
    address: fields["ip"] ?? "",
    method,
    path,
    status: Number(fields["status"]),
    referrer,
    agent,
  };
}

export type ParsedLog = { requests: LoggedRequest[]; unreadable: number };

/** Reads a whole access log, in order of time. */
export function parseAccessLog(text: string): ParsedLog {
  const lines = text.split("\n").filter((each) => each.trim() !== "");
  const requests = lines.map(parseLogLine).filter((each) => each !== undefined);
  const unreadable = lines.length - requests.length;
  return { requests: requests.sort((a, b) => a.at - b.at), unreadable };
}
