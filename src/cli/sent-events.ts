/** One server-sent event. */
export type Sent = { event: string; id?: string; data: string };

const againMsMin = 500;
const againMsMax = 5_000;

/** Splits a stream of text into server-sent events (WHATWG HTML §9.2.6); comments are left out. */
export async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<Sent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = readBlock(block);
      if (event) yield event;
    }
  }
}

function readBlock(block: string): Sent | undefined {
  const fields: [name: string, value: string][] = block.split(/\r\n|\n|\r/).map((line) => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
  });
  const all = (wanted: string) =>
    fields.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const data = all("data");
  if (data.length === 0) return undefined;
  const id = all("id").at(-1);
  const event = all("event").at(-1) ?? "message";
  return { event, data: data.join("\n"), ...(id === undefined ? {} : { id }) };
}

/**
 * Reads events for as long as the signal lasts and connects again when the stream breaks off, going on after the last id.
 * The first connection must work; its failure is thrown.
 */
export async function* sentEvents(
  connect: (headers: Record<string, string>) => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<Sent> {
  let last: string | undefined;
  let waitMs = againMsMin;
  let connected = false;
  while (!signal.aborted) {
    try {
      const resume = last === undefined ? {} : { "last-event-id": last };
      const response = await connect({ accept: "text/event-stream", ...resume });
      connected = true;
      if (!response.body) return;
      for await (const event of eventsIn(response.body)) {
        waitMs = againMsMin;
        last = event.id ?? last;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!connected) throw error;
    }
    await pause(waitMs, signal);
    waitMs = Math.min(againMsMax, waitMs * 2);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
