const known: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Edge", /\bEdg(?:A|iOS)?\/(\d+)/],
  ["Opera", /\bOPR\/(\d+)/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:Chrome|HeadlessChrome|CriOS)\/(\d+)/],
  ["Safari", /\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//],
];

/** The browser by its User-Agent, as SDKs do not say it: `Chrome 156`. */
export function browserOf(agent: unknown): string | undefined {
  if (typeof agent !== "string") return undefined;
  for (const [name, pattern] of known) {
    const [, version] = pattern.exec(agent.slice(0, 500)) ?? [];
    if (version !== undefined) return `${name} ${version}`;
  }
  return undefined;
}
