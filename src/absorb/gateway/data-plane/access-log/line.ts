/** One request and its answer, as the access log tells it. Times are milliseconds since the request's head was whole. */
export type Entry = {
  time: number;
  id: string;
  address: string | null;
  method: string;
  host: string | null;
  target: string;
  protocol: "HTTP/1.0" | "HTTP/1.1" | "HTTP/2";
  isSecure: boolean;
  status: number;
  /** Of the request's body, and everything of the answer. */
  bytesIn: number;
  bytesOut: number;
  route: string | null;
  service: string | null;
  instance: string | null;
  cache: string | null;
  reason: string | null;
  queueMs: number | null;
  connectMs: number | null;
  firstByteMs: number | null;
  totalMs: number;
  /** Did the visitor get all of it? */
  isWhole: boolean;
  referer: string | null;
  agent: string | null;
};

const round = (ms: number | null): number | null =>
  ms === null ? null : Math.round(ms * 100) / 100;

export function jsonLine(entry: Entry): string {
  const { time, queueMs, connectMs, firstByteMs, totalMs, ...rest } = entry;
  return `${JSON.stringify({
    time: new Date(time).toISOString(),
    ...rest,
    queueMs: round(queueMs),
    connectMs: round(connectMs),
    firstByteMs: round(firstByteMs),
    totalMs: round(totalMs),
  })}\n`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number): string => String(value).padStart(2, "0");

function clf(time: number): string {
  const at = new Date(time);
  const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

/** Quotes and control characters as Apache writes them, so that no visitor can end a field or a line. */
const escaped = (text: string | null): string =>
  text === null
    ? "-"
    : text.replaceAll(/["\\\u0000-\u001f\u007f-\uffff]/g, (character) =>
        character === '"' || character === "\\"
          ? `\\${character}`
          : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
      );

/** The combined format of Apache and nginx, which every tool reads. */
export function combinedLine(of: Entry): string {
  const request = `${escaped(of.method)} ${escaped(of.target)} ${of.protocol}`;
  return `${of.address ?? "-"} - - [${clf(of.time)}] "${request}" ${of.status} ${of.bytesOut} "${escaped(of.referer)}" "${escaped(of.agent)}"\n`;
}
