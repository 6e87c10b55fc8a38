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
