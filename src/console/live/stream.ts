import { askAt, call, type Placed, ProblemError } from "./api.ts";

export type Frame = { event: string; id: string; data: string };

/** Splits a server-sent event stream into frames; comments (heartbeats) come as event "heartbeat". */
export async function* frames(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  let frame: Frame = { event: "message", id: "", data: "" };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (frame.data !== "") yield frame;
          frame = { event: "message", id: frame.id, data: "" };
        } else if (line.startsWith(":")) yield { event: "heartbeat", id: "", data: "" };
        else frame = withField(frame, line);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function withField(frame: Frame, line: string): Frame {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (name === "data")
    return { ...frame, data: frame.data === "" ? value : `${frame.data}\n${value}` };
  if (name === "event" || name === "id") return { ...frame, [name]: value };
  return frame;
}

const RETRY_MS_FIRST = 500;
const RETRY_MS_MAX = 15_000;
/** Two missed heartbeats of 15 s and a bit: the line is dead although nobody closed it. */
const SILENCE_MS_MAX = 35_000;
const SLOTS_PER_BROWSER = 4;
const POLL_MS = 2_000;

export type StreamState = "connecting" | "live" | "polling" | "reconnecting";
export type StreamSink = {
  answer(placed: Placed<unknown>): void;
  state(state: StreamState): void;
  failed(error: ProblemError): void;
};

/** Waits, but no longer than until the network comes back. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });

async function readStream(
  path: string,
  lastId: { value: string },
  sink: StreamSink,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  try {
    const headers = {
      accept: "text/event-stream",
      ...(lastId.value ? { "last-event-id": lastId.value } : {}),
    };
    const response = await call(path, { headers, signal: either, cache: "no-store" });
    if (!response.body) return;
    sink.state("live");
    for await (const frame of frames(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
      if (frame.event !== "answer" && frame.event !== "message") continue;
      lastId.value = frame.id;
      sink.answer({ answer: JSON.parse(frame.data), position: Number(frame.id) });
    }
  } finally {
    clearTimeout(timer);
  }
}

async function poll(path: string, sink: StreamSink, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const placed = await askAt(path, signal);
    sink.state("polling");
    sink.answer(placed);
    await pause(POLL_MS, signal);
  }
}

/**
 * Runs `held` while owning one of the few connections that all tabs of this browser share: HTTP/1.1 allows six per
 * host, and streams that took all of them would leave none for commands. Without a free one, the query is polled.
 */
async function withSlot(held: () => Promise<void>, otherwise: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator)) return held();
  for (let slot = 0; slot < SLOTS_PER_BROWSER; slot += 1) {
    let got = false;
    await navigator.locks.request(`castor-stream-${slot}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      got = true;
      await held();
    });
    if (got) return;
  }
  return otherwise();
}

/** Keeps the answer of one query flowing into `sink` until aborted: reconnects with back-off, resumes by id. */
export async function follow(path: string, sink: StreamSink, signal: AbortSignal): Promise<void> {
  const lastId = { value: "" };
  let retryMs = RETRY_MS_FIRST;
  const heard: StreamSink = {
    ...sink,
    answer: (placed) => {
      retryMs = RETRY_MS_FIRST;
      sink.answer(placed);
    },
  };
  while (!signal.aborted) {
    try {
      await withSlot(
        () => readStream(path, lastId, heard, signal),
        () => poll(path, heard, signal),
      );
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError) sink.failed(error);
      if (error instanceof ProblemError && [400, 401, 403, 404, 422].includes(error.problem.status))
        return;
    }
    if (signal.aborted) return;
    sink.state("reconnecting");
    await pause(retryMs * (0.75 + Math.random() / 2), signal);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
  }
}
