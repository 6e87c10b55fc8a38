type Json = Readonly<Record<string, unknown>>;
const recordOf = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;

/** What a line of JSON says of a request, as text; nothing where it does not say it. */
export type JsonFields = {
  time?: string;
  address?: string;
  request?: string;
  method?: string;
  path?: string;
  status?: string;
  referrer?: string;
  agent?: string;
};

/** How Caddy, Traefik, Envoy, Google's load balancer, Apache and people with nginx call each; the better name first. */
const names: Readonly<Record<keyof JsonFields | "query", readonly string[]>> = {
  time: [
    ...["ts", "startutc", "starttime", "timeiso8601", "timestamp", "time", "timelocal", "msec"],
    ...["datetime", "startlocal", "at"],
  ],
  address: [
    ...[
      "clientip",
      "remoteip",
      "remoteaddr",
      "remoteaddress",
      "clienthost",
      "clientaddr",
      "client",
    ],
    ...[
      "downstreamremoteaddress",
      "xforwardedfor",
      "httpxforwardedfor",
      "remotehost",
      "address",
      "ip",
    ],
  ],
  request: ["request", "requestline"],
  method: ["method", "requestmethod", "httpmethod", "verb"],
  path: ["requesturi", "uri", "requesturl", "requestpath", "url", "path", "originalpath", "target"],
  query: ["args", "querystring", "query"],
  status: ["status", "statuscode", "responsecode", "downstreamstatus", "httpstatus", "response"],
  referrer: ["referrer", "referer", "httpreferrer", "httpreferer", "requestreferer"],
  agent: ["useragent", "httpuseragent", "requestuseragent", "agent"],
};
const depthMax = 3;
const fieldsMax = 200;

/** All texts and numbers, by the last part of their name: of a name that comes twice, what stands further out. */
function fieldsOf(of: Json, into: Map<string, string>, depth = 0): Map<string, string> {
  const deeper: Json[] = [];
  for (const [name, value] of Object.entries(of).slice(0, fieldsMax)) {
    const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const isText = typeof first === "string" || typeof first === "number";
    if (isText && !into.has(plain) && String(first) !== "") into.set(plain, String(first));
    const within = recordOf(value);
    if (within && depth < depthMax && !/^resp/i.test(name)) deeper.push(within);
  }
  for (const each of deeper) fieldsOf(each, into, depth + 1);
  return into;
}

/** Reads a line of a log in JSON; nothing when it is none. */
export function readJsonLine(bytes: string): JsonFields | undefined {
  if (!bytes.startsWith("{")) return undefined;
  let parsed: Json | undefined;
  try {
    parsed = recordOf(JSON.parse(Buffer.from(bytes, "latin1").toString()));
  } catch {
    return undefined;
  }
  if (!parsed) return undefined;
  const fields = fieldsOf(parsed, new Map());
  const find = (what: keyof typeof names): string | undefined => {
    const found = names[what].map((name) => fields.get(name)).find((each) => each !== undefined);
    return found === undefined || found === "-" ? undefined : asBytes(found);
  };
  const { query: _, ...wanted } = names;
  const all: JsonFields = {};
  for (const name of Object.keys(wanted) as (keyof JsonFields)[]) {
    const value = find(name);
    if (value !== undefined) all[name] = value;
  }
  const query = find("query");
  if (query && all.path && !all.path.includes("?")) all.path += `?${query.replace(/^\?/, "")}`;
  return all;
}

/** One character a byte, as the text formats are read. */
const asBytes = (text: string): string => Buffer.from(text).toString("latin1");

/** Epoch seconds or milliseconds, ISO 8601, or `17/May/2015:10:05:03 +0000`. */
export const jsonTime = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) return Date.parse(text);
  const number = Number(text);
  if (number > 1e17) return number / 1e6;
  return number > 1e11 ? number : number * 1_000;
};
