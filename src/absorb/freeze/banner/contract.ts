/**
 * The one style of the line that tells a page's age: always the same text, so that its hash can stand in a page's
 * Content-Security-Policy. It floats over the corner of the page and takes no room in its layout; where styles are forbidden
 * it is a plain line at the end.
 */
export const bannerStyle =
  "castor-frozen{all:initial;position:fixed;left:.75rem;bottom:.75rem;z-index:2147483647;max-width:calc(100vw - 1.5rem);box-sizing:border-box;padding:.4rem .8rem;border-radius:.5rem;border:1px solid #0003;background:#fffbe6;color:#3b3000;font:14px/1.4 system-ui,sans-serif;box-shadow:0 1px 6px #0003}castor-frozen details,castor-frozen summary,castor-frozen time{all:unset;display:inline}castor-frozen summary{cursor:pointer;text-decoration:underline dotted}castor-frozen summary:focus-visible{outline:2px solid #3b3000}castor-frozen details>p{all:unset;display:block;margin-top:.3rem;max-width:24rem}@media(prefers-color-scheme:dark){castor-frozen{background:#2b2610;color:#f6edc3;border-color:#fff3}castor-frozen summary:focus-visible{outline-color:#f6edc3}}@media print{castor-frozen{position:static;box-shadow:none}}";

/** As Content-Security-Policy names that style (CSP3 §2.3.1); a test holds the two together. */
export const bannerStyleHash = "'sha256-2Hdkr7ST4oPmAawY3gPy5uC8Mg7BFgEN2/cxyQEhhwE='";

/** The policy with room for the line's style; as it is where the style may stand already, or none is forbidden. */
export function allowingBanner(policies: string): string {
  return policies
    .split(",")
    .map((policy) => allowingIn(policy))
    .join(",");
}

function allowingIn(policy: string): string {
  const directives = policy.split(";").map((each) => each.trim().split(/\s+/));
  const named = (name: string) => directives.find(([first = ""]) => first.toLowerCase() === name);
  const rule = named("style-src-elem") ?? named("style-src") ?? named("default-src");
  if (rule === undefined) return policy;
  const [name = "", ...sources] = rule;
  const isStrict = sources.some((each) => /^'(nonce-|sha\d+-)/i.test(each));
  if (sources.some((each) => each.toLowerCase() === "'unsafe-inline'") && !isStrict) return policy;
  const allowed = [...sources.filter((each) => each.toLowerCase() !== "'none'"), bannerStyleHash];
  const isDefault = name.toLowerCase() === "default-src";
  const added = ["style-src-elem", ...allowed].join(" ");
  if (isDefault) return `${policy}; ${added}`;
  return directives.map((each) => (each === rule ? [name, ...allowed] : each).join(" ")).join("; ");
}
