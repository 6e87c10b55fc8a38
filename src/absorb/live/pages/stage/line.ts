const againMs = 500;

/**
 * Server-sent events that come back soon, whatever happened: a browser's own `EventSource` waits for seconds, and gives up
 * for good when a gateway answers in the place of a node that is away. `refused`: who is there says that the link is not
 * good; it is asked again all the same, as seldom as a person would.
 */
export function keepHearing(of: {
  url: string;
  hear: (text: string) => void;
  refused: (isRefused: boolean) => void;
}): void {
  const open = (): void => {
    const source = new EventSource(of.url);
    source.addEventListener("open", () => of.refused(false));
    source.addEventListener("message", ({ data }: MessageEvent<string>) => of.hear(data));
    source.addEventListener("error", () => {
      const wasAnswered = source.readyState === EventSource.CLOSED;
      source.close();
      void (wasAnswered ? isRefused(of.url) : Promise.resolve(false)).then((isNo) => {
        of.refused(isNo);
        setTimeout(open, isNo ? refusedAgainMs : againMs * (0.5 + Math.random()));
      });
    });
  };
  open();
}
const refusedAgainMs = 10_000;

/** An `EventSource` does not say why it ended. */
async function isRefused(url: string): Promise<boolean> {
  const stop = new AbortController();
  try {
    const { status } = await fetch(url, { signal: stop.signal, cache: "no-store" });
    return status === 403;
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}
