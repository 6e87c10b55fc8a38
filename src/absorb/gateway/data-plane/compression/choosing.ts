import type { Encoding } from "./settings.ts";

const choicesKeptMax = 256;

/** Which coding a visitor gets (RFC 9110 §12.5.3): the one they want most, ours first among equals. */
export class Choosing {
  readonly #ours: readonly Encoding[];
  /** Browsers send a handful of values: each is read once. */
  readonly #known = new Map<string, Encoding | undefined>();

  constructor(ours: readonly Encoding[]) {
    this.#ours = ours;
  }

  for(acceptEncoding: string): Encoding | undefined {
    if (this.#known.has(acceptEncoding)) return this.#known.get(acceptEncoding);
    const chosen = this.#choose(acceptEncoding);
    if (this.#known.size >= choicesKeptMax) this.#known.clear();
    this.#known.set(acceptEncoding, chosen);
    return chosen;
  }

  #choose(acceptEncoding: string): Encoding | undefined {
    const wants = new Map(acceptEncoding.split(",").map(wantOf));
    const any = wants.get("*") ?? 0;
    let chosen: Encoding | undefined;
    let most = 0;
    for (const each of this.#ours) {
      const want = wants.get(each) ?? (each === "gzip" ? wants.get("x-gzip") : undefined) ?? any;
      if (want <= most) continue;
      chosen = each;
      most = want;
    }
    return most < (wants.get("identity") ?? 0) ? undefined : chosen;
  }
}

/** A coding and how much it is wanted; what cannot be read is not wanted. */
function wantOf(member: string): [name: string, quality: number] {
  const [name = "", ...parameters] = member.toLowerCase().split(";");
  const said = parameters.map((each) => each.trim()).find((each) => each.startsWith("q="));
  if (said === undefined) return [name.trim(), 1];
  const isQuality = /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(said);
  return [name.trim(), isQuality ? Number(said.slice(2)) : 0];
}
