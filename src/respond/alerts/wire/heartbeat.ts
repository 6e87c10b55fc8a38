/** What a heartbeat says of the job behind it. */
export type Beat = "worked" | "failed" | "begins";

/**
 * Most say nothing: then it worked. Clients of healthchecks.io add `/fail`, `/start`, `/log` or an exit status, those of Cronitor
 * `?state=fail`, those of Uptime Kuma `?status=down`.
 */
export function readBeat({ path, query }: { path: string; query: URLSearchParams }): Beat {
  const rest = path.split("/").at(-1) ?? "";
  const word = (query.get("state") ?? query.get("status") ?? rest).toLowerCase();
  if (/^(fail|failed|down|error)$/.test(word)) return "failed";
  if (/^(start|run|log)$/.test(word)) return "begins";
  // An exit status; a number in `?status=` may be one of HTTP.
  return /^\d{1,3}$/.test(rest) && Number(rest) > 0 ? "failed" : "worked";
}
