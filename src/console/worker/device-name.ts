const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Mac OS X/, "Mac"],
  [/Windows/, "Windows"],
  [/Linux/, "Linux"],
];
const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];

/** What a person would call this browser: "Chrome on Android". */
export function deviceName(userAgent: string): string {
  const system = systems.find(([sign]) => sign.test(userAgent))?.[1];
  const browser = browsers.find(([sign]) => sign.test(userAgent))?.[1] ?? "A browser";
  return system === undefined ? browser : `${browser} on ${system}`;
}
