/** Header fields in order, names as they came. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** All values of a field as one list (RFC 9110 §5.3); undefined when it is absent. */
export function joined(fields: Fields, lower: string): string | undefined {
  let found: string | undefined;
  for (const [name, value] of fields) {
    if (name.length !== lower.length || name.toLowerCase() !== lower) continue;
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}

/** The value of the first such field. */
export function first(fields: Fields, lower: string): string | undefined {
  for (const [name, value] of fields) if (name.toLowerCase() === lower) return value;
  return undefined;
}

export function countOf(fields: Fields, lower: string): number {
  let count = 0;
  for (const [name] of fields) if (name.toLowerCase() === lower) count++;
  return count;
}

/** The members of a comma-separated list; commas inside quoted strings do not separate. */
export function listOf(text: string): string[] {
  if (!text.includes('"')) {
    return text
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
  }
  const members: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (quoted && char === "\\") i++;
    else if (char === '"') quoted = !quoted;
    else if (char === undefined || (char === "," && !quoted)) {
      const member = text.slice(start, i).trim();
      if (member !== "") members.push(member);
      start = i + 1;
    }
  }
  return members;
}

/** Fields that speak of one connection (RFC 9110 §7.6.1), or that are made anew for each answer. */
const neverStored = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "age",
  "x-request-id",
]);

/** What of a response's fields may be stored: not those of the hop, nor those that `no-cache="…"` or `private="…"` name. */
export function storedFields(fields: Fields, unstored: readonly string[]): Fields {
  const named = listOf(joined(fields, "connection") ?? "").map((each) => each.toLowerCase());
  return fields.filter(([name]) => {
    const lower = name.toLowerCase();
    return !neverStored.has(lower) && !named.includes(lower) && !unstored.includes(lower);
  });
}
