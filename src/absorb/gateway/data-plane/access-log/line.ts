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

/** What needs no escaping in JSON, which is nearly everything. */
const isPlain = /^[ !#-[\]-~]*$/;
const quoted = (text: string | null): string =>
  text === null ? "null" : isPlain.test(text) ? `"${text}"` : JSON.stringify(text);
/** Hundredths of a millisecond are enough. */
const ms = (value: number | null): string =>
  value === null ? "null" : String(Math.round(value * 100) / 100);

let second = 0;
let upToSecond = "";
/** ISO 8601; its beginning is made once a second. */
function iso(time: number): string {
  const now = Math.floor(time / 1_000);
  if (now !== second) {
    second = now;
    upToSecond = new Date(now * 1_000).toISOString().slice(0, -4);
  }
  return `${upToSecond}${String(time - now * 1_000).padStart(3, "0")}Z`;
}

/** Written by hand: a line is made for every request, and this is several times as quick as an object. */
export const jsonLine = (of: Entry): string =>
  `{"time":"${iso(of.time)}","id":${quoted(of.id)},"address":${quoted(of.address)},` +
  `"method":${quoted(of.method)},"host":${quoted(of.host)},"target":${quoted(of.target)},` +
  `"protocol":"${of.protocol}","isSecure":${of.isSecure},"status":${of.status},` +
  `"bytesIn":${of.bytesIn},"bytesOut":${of.bytesOut},"route":${quoted(of.route)},` +
  `"service":${quoted(of.service)},"instance":${quoted(of.instance)},"cache":${quoted(of.cache)},` +
  `"reason":${quoted(of.reason)},"isWhole":${of.isWhole},"referer":${quoted(of.referer)},` +
  `"agent":${quoted(of.agent)},"queueMs":${ms(of.queueMs)},"connectMs":${ms(of.connectMs)},` +
  `"firstByteMs":${ms(of.firstByteMs)},"totalMs":${ms(of.totalMs)}}\n`;

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
