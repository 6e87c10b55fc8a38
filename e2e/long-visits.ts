import { connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { later, until } from "./running.ts";

/** Where long visits go, with TLS or without. */
export type Door = { port: number; isSecure: boolean };
const opensWithinMs = 30_000;

/** A visitor who stays. */
export type LongVisit = {
  /** undefined while it goes on as it should. */
  broken(): string | undefined;
  /** Resolves once it has shown that both directions still work. */
  proves(): Promise<void>;
};

/** A WebSocket that is said back what it says. */
export async function openSocket({ port, isSecure }: Door, path: string): Promise<LongVisit> {
  // The browser's type does not know that the runtime takes options for TLS.
  const url = `${isSecure ? "wss" : "ws"}://127.0.0.1:${port}${path}`;
  const socket = new WebSocket(url, { tls: { rejectUnauthorized: false } } as unknown as string[]);
  let [problem, heard, said] = ["", "", 0];
  socket.addEventListener("message", ({ data }) => (heard = String(data)));
  socket.addEventListener("close", ({ code }) => (problem ||= `closed with ${code}`));
  socket.addEventListener("error", () => (problem ||= "an error"));
  later(() => socket.close());
  await until("the WebSocket is open", () => socket.readyState === WebSocket.OPEN, opensWithinMs);
  const proves = async (): Promise<void> => {
    const word = `word ${++said}`;
    socket.send(word);
    await until(`"${word}" comes back`, () => heard === word || problem !== "");
  };
  return { broken: () => problem || undefined, proves };
}

/** A stream of events that are counted: none may be missing, twice or cut in two. */
export async function openEvents({ port, isSecure }: Door, path: string): Promise<LongVisit> {
  const to = { host: "127.0.0.1", port, rejectUnauthorized: false };
  const socket: Socket = isSecure ? connectSecurely(to) : connect(to);
  let [text, problem, count] = ["", "", 0];
  const read = (): void => {
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const number = Number(/data: (\d+)$/.exec(event)?.[1]);
      if (number !== count + 1) problem ||= `${number} after ${count}`;
      count = number;
    }
  };
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    read();
  });
  socket.on("close", () => (problem ||= "closed"));
  socket.on("error", (error) => (problem ||= String(error)));
  later(() => socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: site.example\r\nAccept: text/event-stream\r\n\r\n`);
  await until("the first event", () => count > 0 || problem !== "", opensWithinMs);
  const proves = async (): Promise<void> => {
    const before = count;
    await until("one more event", () => count > before || problem !== "");
  };
  return { broken: () => problem || undefined, proves };
}
