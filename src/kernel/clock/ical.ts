/** One entry of a calendar; times in milliseconds since the epoch. */
export type CalendarEntry = {
  uid: string;
  from: number;
  to: number;
  title: string;
  about: string;
  /** Reminds so long before it begins. */
  remindMinutes?: number;
};
export type Calendar = { name: string; madeAt: number; entries: readonly CalendarEntry[] };

const lineBytesMax = 75;
const encoder = new TextEncoder();

/** Folds at 75 bytes, never within a character (RFC 5545 §3.1). */
function folded(line: string): string {
  const lines = [""];
  let bytes = 0;
  for (const letter of line) {
    const length = encoder.encode(letter).length;
    if (bytes + length > lineBytesMax) {
      lines.push(" ");
      bytes = 1;
    }
    lines[lines.length - 1] += letter;
    bytes += length;
  }
  return lines.join("\r\n");
}

/** TEXT of RFC 5545 §3.3.11; other control characters have no place in it. */
const text = (words: string): string =>
  words
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replace(/\r\n|\r|\n/g, "\\n")
    .replace(/\p{Cc}/gu, "");

const utc = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

function entryLines(
  { uid, from, to, title, about, remindMinutes }: CalendarEntry,
  madeAt: number,
): string[] {
  const alarm =
    remindMinutes === undefined
      ? []
      : [
          ...["BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${text(title)}`],
          ...[`TRIGGER:-PT${remindMinutes}M`, "END:VALARM"],
        ];
  return [
    ...["BEGIN:VEVENT", `UID:${uid}`, `DTSTAMP:${utc(madeAt)}`],
    ...[`DTSTART:${utc(from)}`, `DTEND:${utc(to)}`],
    ...[`SUMMARY:${text(title)}`, `DESCRIPTION:${text(about)}`],
    // Nothing that Castor tells fills somebody's day.
    "TRANSP:TRANSPARENT",
    ...alarm,
    "END:VEVENT",
  ];
}

/** iCalendar (RFC 5545, RFC 7986) in UTC, which needs no rules of zones: each client shows its own clocks. */
export const icalOf = ({ name, madeAt, entries }: Calendar): string =>
  [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Castor//EN", "CALSCALE:GREGORIAN"],
    ...["METHOD:PUBLISH", `NAME:${text(name)}`, `X-WR-CALNAME:${text(name)}`],
    ...["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"],
    ...entries.flatMap((entry) => entryLines(entry, madeAt)),
    "END:VCALENDAR",
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join("");
