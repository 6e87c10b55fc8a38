const otherwiseSeconds = 5;
/** Somebody who is told to come back in ten minutes has given up before; half a minute more often does no harm. */
const pauseSecondsMax = 30;

/** How long it takes, as the room tells it in words; what else there is to say. */
type Told = { wait?: string; note?: string };
type InLine = Told & { seconds: number };

const pause = (seconds: number): Promise<void> =>
  new Promise((over) => setTimeout(over, Math.min(seconds, pauseSecondsMax) * 1_000));

/** A waiting room of Castor's gateway took the request, and not the show. */
const isHeld = ({ headers }: Response): boolean =>
  headers.get("castor-reason")?.startsWith("room.") === true;

/** Where this phone is in the line; nothing when it is its turn, or it is in none. Whoever asks keeps their place. */
async function peek(url: string): Promise<InLine | undefined> {
  try {
    const answer = await fetch(url, {
      cache: "no-store",
      headers: { accept: "application/json", "castor-waiting-room": "peek" },
    });
    const now = await answer.json();
    if (now.inWaitingRoom !== true) return undefined;
    const { waitTimeFormatted: wait, refreshIntervalSeconds, note } = now;
    const seconds = Number(refreshIntervalSeconds) || otherwiseSeconds;
    return { seconds, ...(now.waitTimeKnown === true && { wait }), ...(note && { note }) };
  } catch {
    return { seconds: otherwiseSeconds, note: "No network, trying again…" };
  }
}

/**
 * Sends something to a door that may have a line before it: waits in it, as long as it takes, and sends again when it is this
 * phone's turn. `waits` hears what there is to tell meanwhile.
 */
export async function postInLine(
  url: string,
  body: unknown,
  waits: (told: Told) => void,
): Promise<Response> {
  let wasHeld = false;
  for (;;) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    }).catch((why: unknown) => {
      if (!wasHeld) throw why;
      return undefined;
    });
    if (answer && !isHeld(answer)) return answer;
    wasHeld = true;
    let now = await peek(url);
    if (now === undefined) {
      waits({});
      await pause(Number(answer?.headers.get("retry-after")) || otherwiseSeconds);
    }
    for (; now !== undefined; now = await peek(url)) {
      waits(now);
      await pause(now.seconds);
    }
  }
}
