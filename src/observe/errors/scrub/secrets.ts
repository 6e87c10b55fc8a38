/** Why something was taken out; stands in its place as `[scrubbed: why]`. */
export type Why =
  | "card number"
  | "token"
  | "private key"
  | "password in an address"
  | "secret"
  | "social security number"
  | "environment"
  | "local variable"
  | "cookie"
  | "credentials"
  | "rule";

export const mark = (why: Why): string => `[scrubbed: ${why}]`;

/**
 * Names whose values are nobody's business, whatever they are part of (`db_password`, `X-Api-Key`, `sessionId`). A name that only
 * counts or describes (`tokens`, `token_count`, `author`) is none of them.
 */
const secretName =
  /passw(?:or)?d|passphrase|\bpwd\b|secret|credential|authorization|private[-_ ]?key|api[-_ ]?key|apikey|access[-_ ]?key|auth[-_ ]?key|signing[-_ ]?key|encryption[-_ ]?key|bearer|csrf|xsrf|\bjwt\b|(?:^|[-_. ])auth$|token$|token[-_ ]?(?:value|secret|id)|cookie|session[-_ ]?(?:id|key|token)|(?:^|[-_. ])sid$|card[-_ ]?(?:number|no|num)|\bpan$|cvv|cvc\d?$|(?:^|[-_. ])ssn$|(?:^|[-_. ])pin(?:code)?$|\biban\b|dsn$|connection[-_ ]?string|\botp\b|totp|mfa[-_ ]?code/i;

export const isSecretName = (name: string): boolean => secretName.test(name);

/** What a text must have for a kind of secret to be in it: so long a number, so long a word, an assignment, an `@`. */
const digitsMin = 9;
const wordMin = 12;
const [ofWord, isDigit, ofNumber, isAssign, isAt, hasWord, hasNumber] = [1, 2, 4, 8, 16, 32, 64];
const flags = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[0-9]/.test(char)) return ofWord | isDigit | ofNumber;
  if (/[A-Za-z_.+]/.test(char)) return ofWord;
  const others = { "-": ofWord | ofNumber, " ": ofNumber, "=": isAssign, ":": isAssign, "@": isAt };
  return others[char as keyof typeof others] ?? 0;
});

/**
 * One pass over the characters: most texts of an event are clean, and this is all that they cost. Without branches, as letters,
 * digits and signs follow each other in no order that a processor could foresee.
 */
function signsOf(text: string): number {
  let [seen, word, digits, longestWord, longestNumber] = [0, 0, 0, 0, 0];
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    const flag = code < 128 ? (flags[code] as number) : 0;
    word = (word + 1) & -(flag & 1);
    digits = (digits + ((flag >> 1) & 1)) & -((flag >> 2) & 1);
    seen |= flag;
    // Below zero from the first one that is long enough.
    longestWord |= wordMin - 1 - word;
    longestNumber |= digitsMin - 1 - digits;
  }
  return (
    (seen & (isAssign | isAt)) |
    (longestWord < 0 ? hasWord : 0) |
    (longestNumber < 0 ? hasNumber : 0)
  );
}

const privateKey =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const tokens =
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{15,}|\bxox[abeprs]-[\w-]{8,}|\b[sr]k_(?:live|test)_\w{8,}|\bAIza[\w-]{30,}|\bnpm_\w{30,}|\bsntrys_[\w=+/-]{20,}|\bcastor_\w{16,}|\bya29\.[\w-]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/g;
const scheme = /\b(bearer|basic)\s+(?=[\w+/=.~-]*[\d=.+/]|[\w+/=.~-]{20})[\w+/=.~-]{8,}/gi;
const addressPassword = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^/\s:@"']*:[^/\s@"']+@/gi;
const socialSecurity = /\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/g;
const cardLike = /(?<![\d.])[2-6]\d(?:[ -]?\d){11,17}(?![\d])/g;

const assignedHint =
  /passw|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|authoriz|credential|session[-_]?id|cvv|cvc|ssn|jwt|cookie/i;
const assignedName = String.raw`([\w.$-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key|apikey|access[-_]?key|private[-_]?key|authorization|credentials?|session[-_]?id|cvv|cvc|ssn|jwt|cookie)[\w$-]{0,20})`;
/** `password=hunter2`, `"token": "abc"`, also within JSON that was quoted once more. */
const assigned = new RegExp(
  String.raw`\b${assignedName}(\\*["']?\s{0,3}(?:=>|[=:])\s{0,3})(\\*["']|)((?!\[scrubbed)[^\s"'\\&,;)}\]]{1,2000}|(?<=["'])[^"'\\]{1,2000})`,
  "gi",
);
/** In a line of program only what is quoted is a value. */
const assignedInCode = new RegExp(
  String.raw`\b${assignedName}(\\*["']?\s{0,3}(?:=>|[=:])\s{0,3})(\\*["'\`])((?!\[scrubbed)[^"'\`\\]{1,2000})`,
  "gi",
);

/** A text without its secrets; the same text when it has none. `isCode` says that it is a line of a program. */
export function scrubText(text: string, isCode: boolean, hear: (why: Why) => void): string {
  if (text.length < 6) return text;
  const signs = signsOf(text);
  let out = text;
  if ((signs & hasWord) !== 0 || text.includes("-----BEGIN")) out = withoutTokens(out, hear);
  if ((signs & isAt) !== 0)
    out = out.replace(addressPassword, (_, start: string) => {
      hear("password in an address");
      return `${start}${mark("password in an address")}@`;
    });
  if ((signs & isAssign) !== 0 && assignedHint.test(out)) out = withoutAssigned(out, isCode, hear);
  if ((signs & hasNumber) !== 0) out = withoutNumbers(out, hear);
  return out;
}

const withoutTokens = (text: string, hear: (why: Why) => void): string =>
  text
    .replace(privateKey, () => (hear("private key"), mark("private key")))
    .replace(tokens, () => (hear("token"), mark("token")))
    .replace(scheme, (_, word: string) => (hear("credentials"), `${word} ${mark("credentials")}`));

const withoutAssigned = (text: string, isCode: boolean, hear: (why: Why) => void): string =>
  text.replace(
    isCode ? assignedInCode : assigned,
    (whole, name: string, is: string, quote: string) => {
      if (!isSecretName(name)) return whole;
      hear("secret");
      return `${name}${is}${quote}${mark("secret")}`;
    },
  );

const withoutNumbers = (text: string, hear: (why: Why) => void): string =>
  text
    .replace(cardLike, (digits) =>
      isCard(digits) ? (hear("card number"), mark("card number")) : digits,
    )
    .replace(
      socialSecurity,
      () => (hear("social security number"), mark("social security number")),
    );

/** By the ranges that card networks give out, and the check digit (ISO/IEC 7812-1, Luhn). */
export function isCard(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, "");
  const isIssued =
    /^4(?:\d{12}|\d{15}|\d{18})$/.test(digits) ||
    /^(?:5[1-5]|2[2-7])\d{14}$/.test(digits) ||
    /^3[47]\d{13}$/.test(digits) ||
    /^3(?:0[0-5]|[689]\d)\d{11}$/.test(digits) ||
    /^35\d{14}$/.test(digits) ||
    /^(?:6011|65\d\d|64[4-9]\d)\d{12}$/.test(digits) ||
    /^62\d{14,17}$/.test(digits);
  if (!isIssued) return false;
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at--, double = !double) {
    const digit = Number(digits[at]) * (double ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
