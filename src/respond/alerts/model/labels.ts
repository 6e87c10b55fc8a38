export type Labels = Readonly<Record<string, string>>;

const separator = 0xff;
const offsetHigh = 0xcbf29ce4;
const offsetLow = 0x84222325;
/** The FNV-1a prime of 64 bits is 2^40 + this. */
const primeLow = 0x1b3;
const two32 = 4_294_967_296;
const encoder = new TextEncoder();

/**
 * What tells alerts apart: FNV-1a 64 over the sorted labels, each name and value ended by 0xFF, as 16 hex digits. The same as
 * Prometheus' `LabelSet.Fingerprint`, so that what people noted down keeps its meaning.
 */
export function fingerprintOf(labels: Labels): string {
  let high = offsetHigh;
  let low = offsetLow;
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    const product = low * primeLow;
    high = (high * primeLow + Math.floor(product / two32) + ((low << 8) >>> 0)) % two32;
    low = product % two32;
  };
  const addText = (text: string): void => {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        for (const byte of encoder.encode(text.slice(at))) add(byte);
        break;
      }
      add(code);
    }
    add(separator);
  };
  for (const name of Object.keys(labels).sort()) {
    addText(name);
    addText(labels[name] ?? "");
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

/** What all of them say alike. */
export function commonOf(all: readonly Labels[]): Record<string, string> {
  const [first, ...rest] = all;
  if (!first) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((each) => each[name] === value)),
  );
}

/** `{alertname="Down", job="api"}`, sorted, as Prometheus writes label sets. */
export const labelsText = (labels: Labels): string =>
  `{${Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(", ")}}`;
