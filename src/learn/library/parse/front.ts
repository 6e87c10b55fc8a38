/** What stands before a text about the text. */
export type Front = { title?: string; url?: string; company?: string; category?: string };
const frontNames: Readonly<Record<string, keyof Front>> = {
  ...{ title: "title", url: "url", link: "url", source: "url", source_url: "url" },
  ...{ company: "company", organization: "company", category: "category" },
};

/** Takes off what stands before a text between lines of three dashes (Jekyll, Hugo, Obsidian), as far as it is of use. */
export function withoutFront(whole: string): { front: Front; markdown: string } {
  const [, said, markdown] =
    /^\uFEFF?---[ \t]*\r?\n(.{0,20000}?)\r?\n---[ \t]*(?:\r?\n|$)(.*)$/s.exec(whole) ?? [];
  const front: Front = {};
  if (said === undefined || markdown === undefined) return { front, markdown: whole };
  for (const line of said.split(/\r?\n/)) {
    const [, key = "", value = ""] = /^(\w{1,40}):\s+(.{1,1000}?)\s*$/.exec(line) ?? [];
    const name = Object.hasOwn(frontNames, key) ? frontNames[key] : undefined;
    if (name) front[name] = value.replace(/^(["'])(.*)\1$/, "$2");
  }
  if (front.url !== undefined && !/^https?:\/\//.test(front.url)) delete front.url;
  return { front, markdown };
}
