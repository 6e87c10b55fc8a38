export type Labels = Readonly<Record<string, string>>;

const separator = 0xff;
const offsetHigh = 0xcbf29ce4 | 0;
const offsetLow = 0x84222325 | 0;
/** The FNV-1a prime of 64 bits is 2^40 + this. */
const primeLow = 0x1b3;
const encoder = new TextEncoder();

let high = 0;
let low = 0;
/** One byte more: the product of 64 bits in halves of 32 and quarters of 16, whole numbers all the way. */
function add(byte: number): void {
  const mixed = low ^ byte;
  const first = (mixed & 0xffff) * primeLow;
  const second = (mixed >>> 16) * primeLow + (first >>> 16);
  high = (Math.imul(high, primeLow) + (second >>> 16) + (mixed << 8)) | 0;
  low = ((second & 0xffff) << 16) | (first & 0xffff);
}
function addText(text: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) {
      for (const byte of encoder.encode(text.slice(at))) add(byte);
      break;
    }
    add(code);
  }
  add(separator);
}
const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, "0");

/**
 * What tells alerts apart: FNV-1a 64 over the sorted labels, each name and value ended by 0xFF, as 16 hex digits. The same as
 * Prometheus' `LabelSet.Fingerprint`, so that what people noted down keeps its meaning.
 */
export function fingerprintOf(labels: Labels): string {
  high = offsetHigh;
  low = offsetLow;
  for (const name of Object.keys(labels).sort()) {
    addText(name);
    addText(labels[name] ?? "");
  }
  return hex(high) + hex(low);
}

/** What all of them say alike. */
export function commonOf(all: readonly Labels[]): Record<string, string> {
  const [first, ...rest] = all;
  if (!first) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((each) => each[name] === value)),
  );
}

/** Since Alertmanager 0.27 a name may hold any characters; those with a meaning stand in quotes (OpenTelemetry's `service.name` may not). */
export const bareName = /^[^\s{}!=~,\\"'`]+$/;
/** `{alertname="Down", job="api"}`, sorted, as Prometheus writes label sets. */
export const labelsText = (labels: Labels): string =>
  `{${Object.keys(labels)
    .sort()
    .map(
      (name) =>
        `${bareName.test(name) ? name : JSON.stringify(name)}=${JSON.stringify(labels[name])}`,
    )
    .join(", ")}}`;

/** A label without a text is none. */
export function withoutEmpty(all: Labels): Labels {
  for (const name in all)
    if (all[name] === "")
      return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
  return all;
}
