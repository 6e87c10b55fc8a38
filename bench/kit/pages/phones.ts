/** Something that came to somebody, as its channel's server took it. `isCall`: a new message about what nobody sees to. */
export type Came = { who: string; headline: string; isCall: boolean; at: number };

/** Five people and how each is reached, all by servers on loopback: ntfy, SMTP, a signed webhook, Telegram, Discord. */
export class FivePhones {
  readonly came: Came[] = [];
  readonly #http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const body = (await request.json()) as Body;
      const isEdit = request.method === "PATCH" || pathname.endsWith("/editMessageText");
      if (pathname === "/ntfy/") this.#note("ann", body.title);
      else if (pathname === "/cem") this.#note("cem", body.headline);
      else if (pathname.startsWith("/telegram/")) this.#note("dee", body.text, isEdit);
      else if (pathname.startsWith("/discord/")) this.#note("eve", body.embeds?.[0]?.title, isEdit);
      else return new Response("nobody lives here", { status: 404 });
      return Response.json({ id: "m-1", ok: true, result: { message_id: 7 } });
    },
  });
  readonly #smtp = Bun.listen<{ text: string; isLetter: boolean }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => {
        socket.data = { text: "", isLetter: false };
        socket.write("220 phones ESMTP\r\n");
      },
      data: (socket, bytes) => {
        socket.data.text += bytes.toString("latin1");
        for (let line = take(socket.data); line !== undefined; line = take(socket.data))
          socket.write(this.#answer(socket.data, line));
      },
    },
  });

  #note(who: string, headline = "", isEdit = false): void {
    const isCall = !isEdit && /^(CRITICAL|ERROR|WARNING)/.test(headline);
    this.came.push({ who, headline: headline.split("\n")[0] ?? "", isCall, at: performance.now() });
  }

  /** The least that RFC 5321 asks of a server. */
  #answer(state: { isLetter: boolean }, line: string): string {
    if (state.isLetter) {
      state.isLetter = false;
      this.#note("ben", /^Subject: (.*(?:\r\n[ \t].*)*)/im.exec(line)?.[1]?.replaceAll("\r\n", ""));
      return "250 taken\r\n";
    }
    if (/^DATA/i.test(line)) {
      state.isLetter = true;
      return "354 go on\r\n";
    }
    return /^QUIT/i.test(line) ? "221 bye\r\n" : "250 phones\r\n";
  }

  /** The people and services of `paging`, and the mail server. */
  get config(): { mail: object; paging: object } {
    const url = `http://127.0.0.1:${this.#http.port}`;
    const smtp = { host: "127.0.0.1", port: this.#smtp.port, security: "none" };
    return {
      mail: { smtp, from: "castor@shop.example" },
      paging: {
        telegram: { api: `${url}/telegram`, token: "123456:of-a-benchmark" },
        people: {
          ann: { channels: [{ kind: "ntfy", server: `${url}/ntfy/`, topic: "ann" }] },
          ben: { channels: [{ kind: "email", to: "ben@shop.example" }] },
          cem: {
            channels: [
              { kind: "webhook", url: `${url}/cem`, secret: "a-secret-of-sixteen-or-more" },
            ],
          },
          dee: { channels: [{ kind: "telegram", to: "12345" }] },
          eve: { channels: [{ kind: "discord", webhook: `${url}/discord/eve` }] },
        },
      },
    };
  }

  /** Calls of somebody, in order; all of them without a name. */
  calls(who?: string): Came[] {
    return this.came.filter((each) => each.isCall && (who === undefined || each.who === who));
  }

  stop(): void {
    this.#http.stop(true);
    this.#smtp.stop(true);
  }
}

type Body = { title?: string; headline?: string; text?: string; embeds?: { title: string }[] };

/** The next whole line, or the whole letter. */
function take(state: { text: string; isLetter: boolean }): string | undefined {
  const end = state.isLetter ? "\r\n.\r\n" : "\r\n";
  const at = state.text.indexOf(end);
  if (at < 0) return undefined;
  const line = state.text.slice(0, at);
  state.text = state.text.slice(at + end.length);
  return line;
}
