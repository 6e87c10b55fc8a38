/** The candidates of a `srcset`: address and what follows it (HTML §4.8.4.2.1). Commas within an address are part of it. */
export function srcsetOf(text: string): { url: string; descriptor: string }[] {
  const found: { url: string; descriptor: string }[] = [];
  let rest = text;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, "");
    if (rest === "") return found;
    const [whole = ""] = /^\S+/.exec(rest) ?? [];
    rest = rest.slice(whole.length);
    const url = whole.replace(/,+$/, "");
    if (url.length < whole.length) {
      found.push({ url, descriptor: "" });
      continue;
    }
    const [descriptor = ""] = /^[^,]*/.exec(rest) ?? [];
    rest = rest.slice(descriptor.length);
    found.push({ url, descriptor: descriptor.trim() });
  }
}

export const rewriteSrcset = (text: string, name: (url: string) => string | undefined): string =>
  srcsetOf(text)
    .map(({ url, descriptor }) => `${name(url) ?? url}${descriptor === "" ? "" : ` ${descriptor}`}`)
    .join(", ");
