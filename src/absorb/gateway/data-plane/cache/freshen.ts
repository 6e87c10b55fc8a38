import { type Fields, storedFields } from "./fields.ts";

/** What describes the stored bytes themselves: a 304 must not change it (RFC 9111 §3.2). */
const kept = new Set([
  "content-encoding",
  "content-length",
  "content-md5",
  "content-range",
  "etag",
]);

/** RFC 9111 §4.3.4: the stored fields after a 304; what the 304 names replaces all stored fields of that name. */
export function freshened(stored: Fields, notModified: Fields): Fields {
  const news = storedFields(notModified, []).filter(([name]) => !kept.has(name.toLowerCase()));
  const renewed = new Set(news.map(([name]) => name.toLowerCase()));
  return [...stored.filter(([name]) => !renewed.has(name.toLowerCase())), ...news];
}

/** RFC 9111 §4.3.5: does the answer to a HEAD still speak of the stored response? */
export function headAgrees(stored: { fields: Fields; length: number }, head: Fields): boolean {
  return head.every(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === "content-length") return Number(value) === stored.length;
    if (lower !== "etag" && lower !== "last-modified") return true;
    return stored.fields.some(([known, its]) => known.toLowerCase() === lower && its === value);
  });
}
