// Before the first paint: the chosen theme and language, or what the browser prefers.
(() => {
  const root = document.documentElement;
  const read = (key: string): string | null => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const theme = read("billing.theme");
  if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  root.lang = read("billing.language") ?? (navigator.language.startsWith("ko") ? "ko" : "en");
})();
