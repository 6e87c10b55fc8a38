import { assets, type Asset } from "./assets.ts";
import { cartCookie, countOf, linesOf, readCart, withCount } from "./cart.ts";
import { News } from "./news.ts";
import { cartPage, goodPage, homePage, problemPage, searchPage, thanksPage } from "./pages.ts";

const checkoutMs = 30;
const saidCharsMax = 200;
const formBytesMax = 65_536;
const chat = "campfire";

export type Shop = { url: string; stop(): Promise<void> };

const html = (text: string, more: Record<string, string> = {}, status = 200): Response =>
  new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8", ...more } });

/** An answer that a browser or a cache may keep, and ask about by its tag. */
function tagged(
  request: Request,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Response {
  const etag = `"${Bun.hash(body).toString(36)}"`;
  const known = request.headers.get("if-none-match")?.split(/,\s*/).includes(etag);
  const all = { ...headers, etag };
  return known
    ? new Response(null, { status: 304, headers: all })
    : new Response(body, { headers: all });
}

const shared = (request: Request, text: string): Response =>
  tagged(request, text, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "public, max-age=10, stale-while-revalidate=60",
  });

const file = (request: Request, { bytes, type }: Asset): Response =>
  tagged(request, bytes, { "content-type": type, "cache-control": "public, max-age=86400" });

const missing = (): Response =>
  html(
    problemPage("Not here", "The river has no such bend."),
    { "cache-control": "no-store" },
    404,
  );

const own = { "cache-control": "private, no-store" };

async function changeCart(request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const cart = readCart(request.headers.get("cookie"));
  const id = form.get("id") ?? "";
  const count = form.has("add")
    ? (cart[id] ?? 0) + Number(form.get("add"))
    : Number(form.get("count"));
  const cookie = cartCookie(withCount(cart, id, count));
  return new Response(null, {
    status: 303,
    headers: { location: "/cart", "set-cookie": cookie, ...own },
  });
}

async function order(request: Request, news: News): Promise<Response> {
  const lines = linesOf(readCart(request.headers.get("cookie")));
  const [first] = lines;
  if (!first) return Response.redirect("/cart", 303);
  // As long as a payment would take.
  await Bun.sleep(checkoutMs);
  news.tell("bought", { name: first.good.name });
  const number = Bun.randomUUIDv7().slice(-8).toUpperCase();
  return new Response(null, {
    status: 303,
    headers: { location: `/thanks?order=${number}`, "set-cookie": cartCookie({}), ...own },
  });
}

/** What people see, by path; each answers one request. */
function pages(
  news: News,
  serving: () => number,
): Record<string, (request: Request, url: URL) => Response | Promise<Response>> {
  return {
    "GET /": (request) => shared(request, homePage()),
    "GET /search": (request, url) => shared(request, searchPage(url.searchParams.get("q") ?? "")),
    "GET /cart": (request) => html(cartPage(readCart(request.headers.get("cookie"))), own),
    "GET /cart.json": (request) =>
      Response.json({ count: countOf(readCart(request.headers.get("cookie"))) }, { headers: own }),
    "POST /cart": changeCart,
    "POST /checkout": (request) => order(request, news),
    "GET /thanks": (_, url) => html(thanksPage(url.searchParams.get("order") ?? ""), own),
    "GET /events": () => news.stream(),
    "GET /health": () =>
      Response.json({ ok: true, serving: serving(), watching: news.readers }, { headers: own }),
    [`GET /${assets.style.name}`]: (request) => file(request, assets.style),
    [`GET /${assets.script.name}`]: (request) => file(request, assets.script),
  };
}

/** Opens the shop; `instance` is told in a header, so that one sees who answered. */
export function openShop(of: { port: number; hostname?: string; instance?: string }): Shop {
  const news = new News();
  const routes = pages(news, () => server.pendingRequests);
  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url, "http://shop");
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = routes[`${method} ${url.pathname}`];
    if (route) return route(request, url);
    const good =
      url.pathname.startsWith("/goods/") && goodPage(url.pathname.slice("/goods/".length));
    return good && method === "GET" ? shared(request, good) : missing();
  };
  const talking = new Set<Bun.ServerWebSocket<undefined>>();
  const server = Bun.serve<undefined>({
    port: of.port,
    hostname: of.hostname ?? "127.0.0.1",
    maxRequestBodySize: formBytesMax,
    fetch: async (request, self) => {
      const { pathname } = new URL(request.url, "http://shop");
      if (pathname === "/chat") {
        return self.upgrade(request)
          ? undefined
          : new Response("This is a WebSocket.", { status: 426 });
      }
      // News may be rare; the heartbeat watches the connection.
      if (pathname === "/events") self.timeout(request, 0);
      const response = await answer(request);
      response.headers.set("x-shop-instance", of.instance ?? String(of.port));
      return response;
    },
    websocket: {
      maxPayloadLength: 4_096,
      open: (socket) => {
        talking.add(socket);
        socket.subscribe(chat);
      },
      close: (socket) => void talking.delete(socket),
      message: (socket, said) => {
        const line = String(said).trim().slice(0, saidCharsMax);
        if (line === "") return;
        socket.publish(chat, line);
        socket.send(line);
      },
    },
  });
  const stop = async (): Promise<void> => {
    const stopped = server.stop();
    news.close();
    // Conversations would keep it open for ever; those who talk come back to another instance.
    for (const socket of talking) socket.close(1001, "the shop closes");
    await stopped;
  };
  return { url: server.url.href, stop };
}
