const heartbeatMs = 15_000;
const encoder = new TextEncoder();

/** Server-sent events to everyone who has this instance's /events open. */
export class News {
  readonly #readers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #heartbeat = setInterval(() => this.#send(":\n\n"), heartbeatMs);

  get readers(): number {
    return this.#readers.size;
  }

  stream(): Response {
    let mine: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        mine = controller;
        this.#readers.add(controller);
        controller.enqueue(encoder.encode("retry: 2000\n\n"));
      },
      cancel: () => {
        if (mine) this.#readers.delete(mine);
      },
    });
    return new Response(body, {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  tell(event: string, data: unknown): void {
    this.#send(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #send(text: string): void {
    const bytes = encoder.encode(text);
    for (const reader of this.#readers) reader.enqueue(bytes);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const reader of this.#readers) reader.close();
    this.#readers.clear();
  }
}
