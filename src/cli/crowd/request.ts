/** One request as a visitor means it; empty texts are left out. */
export type Request = {
  method: string;
  path: string;
  host: string;
  agent: string;
  address: string;
  referrer: string;
  cookies: string;
  fresh: boolean;
};

const bodyless = new Set(["GET", "HEAD", "OPTIONS"]);
const oneLine = (text: string): string => text.replaceAll(/[\r\n\0]/g, " ");

/** The request as it goes over the wire, one character a byte. */
export function requestBytes(request: Request): string {
  const { method, path, host, agent, address, referrer, cookies, fresh } = request;
  let head = `${method} ${requestTarget(path)} HTTP/1.1\r\nHost: ${host}\r\n`;
  if (agent) head += `User-Agent: ${oneLine(agent)}\r\n`;
  head += "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
  if (referrer) head += `Referer: ${oneLine(referrer)}\r\n`;
  if (address) head += `X-Forwarded-For: ${oneLine(address)}\r\n`;
  if (cookies) head += `Cookie: ${oneLine(cookies)}\r\n`;
  if (!bodyless.has(method)) head += "Content-Length: 0\r\n";
  return `${head}Connection: ${fresh ? "close" : "keep-alive"}\r\n\r\n`;
}

const percent = (letter: string): string =>
  letter.charCodeAt(0) < 256
    ? `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
    : encodeURIComponent(letter);

/** A recorded path may hold anything: what would break the request line is percent-encoded, the rest stays as it was. */
export function requestTarget(path: string): string {
  const whole = path.startsWith("/") ? undefined : URL.parse(path);
  const local = path.startsWith("/") ? path : whole ? whole.pathname + whole.search : "/";
  return local.replaceAll(/[^!-~]/gu, percent);
}
