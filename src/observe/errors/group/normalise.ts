/** What differs between two occurrences of one bug, in the order in which it is looked for. */
const varying: readonly (readonly [pattern: RegExp, stands: string])[] = [
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/g, "<email>"],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"<>)\]]{1,2000}/gi, "<url>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b/g, "<ip>"],
  [
    /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}(?![\w:])|(?<![\w:])[0-9a-f:]{2,30}::[0-9a-f]{1,4}(?![\w:])/gi,
    "<ip>",
  ],
  [
    /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?\b/g,
    "<date>",
  ],
  [
    /\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? \d{1,2} [a-z]{3} \d{4}(?: \d\d:\d\d:\d\d(?: \w{3,4})?)?/gi,
    "<date>",
  ],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, "<time>"],
  [/\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b|\b[0-9a-f]{32}\b/gi, "<hash>"],
  [/\b0x[0-9a-f]{1,32}\b/gi, "<hex>"],
  [/(?<![\w.])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}(?![\w.])/gi, "<hex>"],
  [/(?:\/[\w.@%+-]{1,100}){2,20}(?:\/|\b)/g, "<path>"],
  [
    /\b\d{1,15}(?:\.\d{1,9})?\s?(?:ns|µs|us|ms|s|sec|secs|seconds?|min|minutes?|h|hours?|d|days?)\b/g,
    "<duration>",
  ],
  [/\b(?:[a-z]{1,8}[_-])(?=[a-z0-9]*\d)[a-z0-9]{3,64}\b/gi, "<id>"],
  [/(?<![\w.])[-+]?\d{1,15}(?:[.,]\d{1,15})*(?:e[-+]?\d{1,3})?(?![\w])/gi, "<n>"],
  [/\d+/g, "<n>"],
];
/** Quoted text is data, unless it reads as a name in the program: then it is what tells two bugs apart. */
const quoted = /"([^"\n]{1,300})"|'([^'\n]{1,300})'|`([^`\n]{1,300})`/g;
const programName = /^[A-Za-z_$][\w$]{0,60}(?:[.:][A-Za-z_$][\w$]{0,60}){0,4}$/;

const linesMax = 2;
const charsMax = 500;

/** A message without what differs each time: the first two lines that say something. */
export function normalise(text: string): string {
  const lines = text
    .slice(0, 4 * charsMax)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, linesMax);
  let out = lines.join(" ").slice(0, charsMax);
  out = out.replace(quoted, (whole, a?: string, b?: string, c?: string) => {
    const inner = a ?? b ?? c ?? "";
    return programName.test(inner) && !/\d{3}/.test(inner) ? whole : "<text>";
  });
  for (const [pattern, stands] of varying) out = out.replace(pattern, stands);
  return out.replaceAll(/\s+/g, " ").trim();
}
