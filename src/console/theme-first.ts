// A file of its own, loaded before the first paint: the right colours without a flash and without an inline script.
const chosen = ((): string | null => {
  try {
    return localStorage.getItem("castor.theme");
  } catch {
    return null;
  }
})();
const dark =
  chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset["theme"] = dark ? "dark" : "light";

export {};
