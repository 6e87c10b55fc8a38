/**
 * What V8, JavaScriptCore (Bun, Safari) and SpiderMonkey (Firefox) each say of one mistake, in the order in which it is looked for.
 * SpiderMonkey's `x is undefined` says too little to be one of them.
 */
const mistakes: readonly (readonly [
  pattern: RegExp,
  said: (...groups: (string | undefined)[]) => string,
])[] = [
  [
    /^Cannot (?:read|set) propert(?:y|ies) (?:'([^']*)' )?of (undefined|null)(?: \((?:reading|setting) '([^']*)'\))?/,
    (before, what, name) => missing(name ?? before, what),
  ],
  [/^(?:undefined|null) is not an object \(evaluating '[\w$]+ of .+'\)$/, () => "not iterable"],
  [
    /^(undefined|null) is not an object \(evaluating '(.+)'\)$/,
    (what, expression) => missing(lastName(expression ?? ""), what),
  ],
  [/^can't access property "?([^",]*)"?, .+ is (undefined|null)$/, missing],
  [/^(\S.*?) is not a function(?:\. \(In '.*)?$/, (name) => `${name} is not a function`],
  [
    /^undefined is not a constructor \(evaluating 'new ([\w$.]+).*'\)$/,
    (name) => `${name} is not a constructor`,
  ],
  [/^Can't find variable: (\S+)$/, (name) => `${name} is not defined`],
  [
    /^(?:Cannot|can't) access (?:'.*' before initialization|lexical declaration .* before initialization|uninitialized variable)\.?$/,
    () => "used before it was declared",
  ],
  [/^(?:Maximum call stack size exceeded\.?|too much recursion)$/, () => "too much recursion"],
  [
    /^(?:.* is not iterable(?: .*)?|Spread syntax requires .*|undefined is not a function \(near '.*'\))$/,
    () => "not iterable",
  ],
  [
    /^(?:.* is not valid JSON|(?:Unexpected|Expected) .* JSON (?:at position \d+.*|input)|JSON Parse error: .*|JSON\.parse: .*)$/,
    () => "not JSON",
  ],
  [
    /^(?:Converting circular structure to JSON[^]*|JSON\.stringify cannot serialize cyclic structures\.?|cyclic object value)$/,
    () => "a circle in JSON",
  ],
  // SDKs of before 2022 have their own words for what is no error.
  [
    /^(?:Object captured as|Non-Error) (exception|promise rejection)(?: captured)? with keys: (.*)$/,
    (how, keys) => `an object as ${how}: ${keys}`,
  ],
  [
    /^(?:Failed to fetch|fetch failed|Load failed|NetworkError when attempting to fetch resource\.?|(?:[A-Z]+: )?Unable to connect\. Is the computer able to access the url\?)(?: \([^()]*\))?$/,
    () => "fetch failed",
  ],
];
const platforms = new Set(["javascript", "node", "bun", "deno"]);
const charsMax = 1_000;

/** An error that a JavaScript engine made, in words that are the same for all of them; anything else as it is. */
export function inAnyEngine(value: string, platform: string): string {
  if (!platforms.has(platform) || value.length > charsMax) return value;
  for (const [pattern, said] of mistakes) {
    const found = pattern.exec(value);
    if (!found) continue;
    const [whole, ...groups] = found;
    return said(...groups) + value.slice(whole.length);
  }
  return value;
}

function missing(name: string | undefined, what: string | undefined): string {
  return `no ${name ?? "property"} of ${what}`;
}

/** `cents` of `booking.price.cents`, `0` of `rows[0]`, `open` of `shop.open = true`. */
const lastName = (expression: string): string => {
  const [target = ""] = expression.split(/ (?:[-+*/%&|^?]{0,3}|<<|>>>?)= /);
  return /([\w$]+)['"]?\]?$/.exec(target.trim())?.[1] ?? expression;
};
