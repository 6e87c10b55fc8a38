/** What two servers could read differently, and the answer that says what was wrong. */
export type RefusedCase = [name: string, request: string, status: number, reason: string];
/** What looks odd and is good HTTP, and why every server reads it alike. */
export type ServedCase = [name: string, request: string, why: string];

export const h = (lines: string, body = ""): string =>
  `POST /x HTTP/1.1\r\nHost: shop.example\r\n${lines}\r\n${body}`;
export const line = (requestLine: string): string => `${requestLine}\r\nHost: shop.example\r\n\r\n`;
export const host = (value: string): string => `GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`;
export const chunked = (body: string): string => h("Transfer-Encoding: chunked\r\n", body);
export const te = (value: string): string => h(`Transfer-Encoding: ${value}\r\n`, "0\r\n\r\n");
export const cl = (value: string): string => h(`Content-Length: ${value}\r\n`, "abc");
