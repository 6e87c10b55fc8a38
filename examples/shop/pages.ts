import { linesOf, totalOf, type Cart } from "./cart.ts";
import { findGood, goods, price, search, type Good } from "./goods.ts";
import { picture } from "./pictures.ts";
import { assets } from "./assets.ts";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (each) => escapes[each] ?? each);

/** A whole page. Nothing in it depends on who asks, the cart's own page aside, so that a cache may keep it. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Upstream Outfitters</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 10q3.5-4 7 0t7 0v5H1z' fill='%232f6b7b'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/${assets.style.name}?v=${assets.style.version}">
<script src="/${assets.script.name}?v=${assets.script.version}" defer></script>
</head>
<body>
<header class="top">
<a class="brand" href="/"><svg viewBox="0 0 32 20" aria-hidden="true"><path d="M1 6q5-5 10 0t10 0 10 0M1 13q5-5 10 0t10 0 10 0" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"/></svg>Upstream Outfitters</a>
<form action="/search" role="search"><input type="search" name="q" placeholder="Search" aria-label="Search the shop"></form>
<a class="cart" href="/cart">Cart <b id="cart-count" hidden></b></a>
</header>
<main>${body}</main>
<footer><p>An example shop that Castor runs. Nothing here can be bought, which is a pity.</p></footer>
<div id="news" role="status" aria-live="polite"></div>
</body>
</html>
`;
}

const card = (good: Good): string =>
  `<a class="card" href="/goods/${good.id}">${picture(good)}<span class="name">${good.name}</span><span class="line">${good.line}</span><span class="price">${price(good.cents)}</span></a>`;
const grid = (some: readonly Good[]): string =>
  `<div class="grid">${some.map(card).join("")}</div>`;

export const homePage = (): string =>
  page(
    "Home",
    `<section class="hero"><h1>Made for the river.</h1><p>Twelve things for people who sleep outside. Each is repaired for as long as we are here.</p></section>${grid(goods)}
<section class="chat"><h2>At the campfire</h2><ol id="chat-lines" aria-live="polite"></ol><form id="chat-form"><input name="say" maxlength="200" autocomplete="off" placeholder="Say something" aria-label="Say something"><button>Say</button></form></section>`,
  );

export function goodPage(id: string): string | undefined {
  const good = findGood(id);
  if (!good) return undefined;
  const others = goods.filter((each) => each.kind === good.kind && each.id !== id);
  const more = [...others, ...goods.filter((each) => each.kind !== good.kind)].slice(0, 3);
  return page(
    good.name,
    `<article class="good"><div class="picture">${picture(good)}</div><div><h1>${good.name}</h1><p class="lead">${good.line}</p><p>${good.story}</p><p class="price">${price(good.cents)}</p>
<form method="post" action="/cart"><input type="hidden" name="id" value="${good.id}"><input type="hidden" name="add" value="1"><button class="big">Put it in the cart</button></form></div></article>
<h2>People also took</h2>${grid(more)}`,
  );
}

export function searchPage(question: string): string {
  const found = search(question);
  const said = escapeHtml(question);
  const result =
    found.length > 0
      ? grid(found)
      : `<p class="empty">Nothing here answers to “${said}”. <a href="/">Look at everything</a>.</p>`;
  return page(`Search: ${question}`, `<h1>“${said}”</h1>${result}`);
}

export function cartPage(cart: Cart): string {
  const lines = linesOf(cart);
  if (lines.length === 0) {
    return page(
      "Cart",
      `<h1>Your cart</h1><p class="empty">It is empty. <a href="/">Have a look around</a>.</p>`,
    );
  }
  const rows = lines.map(
    ({ good, count }) =>
      `<li><a class="thumb" href="/goods/${good.id}">${picture(good)}</a><span><a href="/goods/${good.id}">${good.name}</a><br><small>${price(good.cents)} each</small></span>
<form method="post" action="/cart"><input type="hidden" name="id" value="${good.id}"><input type="number" name="count" value="${count}" min="0" max="99" aria-label="How many ${good.name}"><button>Change</button></form><span class="price">${price(good.cents * count)}</span></li>`,
  );
  return page(
    "Cart",
    `<h1>Your cart</h1><ul class="cart-lines">${rows.join("")}</ul><p class="total">Together <b>${price(totalOf(cart))}</b></p><form method="post" action="/checkout"><button class="big">Order</button></form>`,
  );
}

export const thanksPage = (order: string): string =>
  page(
    "Thank you",
    `<section class="hero"><h1>Thank you.</h1><p>Order <b>${escapeHtml(order)}</b> floats down to you.</p><p><a href="/">Back to the bank</a></p></section>`,
  );

export const problemPage = (title: string, text: string): string =>
  page(
    title,
    `<section class="hero"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)} <a href="/">Back to the bank</a></p></section>`,
  );
