// What moves on the page: the count in the cart, news of the others, and the chat. All of it may be missing.
const count = document.getElementById("cart-count");
fetch("/cart.json")
  .then((answer) => answer.json())
  .then((cart) => {
    count.textContent = cart.count;
    count.hidden = cart.count === 0;
  })
  .catch(() => {});

const news = document.getElementById("news");
let hiding;
new EventSource("/events").addEventListener("bought", (event) => {
  news.textContent = `Someone just bought: ${JSON.parse(event.data).name}`;
  news.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => news.classList.remove("shown"), 4000);
});

const form = document.getElementById("chat-form");
if (form) {
  const lines = document.getElementById("chat-lines");
  let socket;
  const open = () => {
    socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/chat`);
    socket.addEventListener("message", ({ data }) => {
      const line = document.createElement("li");
      line.textContent = data;
      lines.append(line);
      while (lines.children.length > 8) lines.firstChild.remove();
    });
    socket.addEventListener("close", () => setTimeout(open, 1000 + Math.random() * 2000));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = form.elements.say;
    if (value.trim() && socket.readyState === WebSocket.OPEN) socket.send(value);
    form.reset();
  });
  open();
}
