/**
 * What the waiting page does where scripts run: it asks in the background, says what changed, and loads the page once it is
 * the visitor's turn. Without scripts the page refreshes itself.
 */
export const pageScript = `
(() => {
  const wait = document.getElementById("wait"), note = document.getElementById("note");
  const every = Number(document.documentElement.dataset.refreshMs);
  let timer, asked = Date.now();
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(ask, ms * (0.9 + Math.random() * 0.2)); };
  const ask = async () => {
    asked = Date.now();
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin",
        headers: { Accept: "application/json", "Castor-Waiting-Room": "peek" } });
      const now = await answer.json();
      if (now.inWaitingRoom !== true) return location.reload();
      if (wait && wait.textContent !== now.waitTimeFormatted) wait.textContent = now.waitTimeFormatted;
      if (note) { note.textContent = now.note || ""; note.hidden = !now.note; }
      later(now.refreshIntervalSeconds * 1000);
    } catch { later(every); }
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - asked > every) ask(); });
  later(every);
})();
`;
