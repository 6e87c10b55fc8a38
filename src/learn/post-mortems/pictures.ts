const address =
  /\/api\/(?:incidents|post-mortems)\.picture\/([0-9a-f]{64})(?:\.(png|jpeg|gif|webp))?/g;

/** A picture as texts name it, and where it lies in a folder. */
export type Pictured = { address: string; hash: string; path: string };

/** The pictures that a text shows: those of incidents' notes, and those that came with an imported folder. */
export function picturesIn(text: string): Pictured[] {
  const found = [...text.matchAll(address)].map(([whole, hash = "", ending]) => ({
    ...{
      address: whole,
      hash,
      path: `pictures/${hash}${ending === undefined ? "" : `.${ending}`}`,
    },
  }));
  return [...new Map(found.map((each) => [each.address, each])).values()];
}

/** What came from another Castor's incidents is kept here under an address of its own. */
export const readdressed = (text: string): string =>
  text.replaceAll("/api/incidents.picture/", "/api/post-mortems.picture/");
