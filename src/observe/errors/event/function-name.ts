const anonymous =
  /^(\?|<?anonymous( function| closure)?>?|<lambda>|\(anonymous\)|<unknown>|<redacted>|unknown|null|undefined|eval)?$/i;
/** Names that say nothing without the function that they stand in. */
const within = /^(func\d+|\{\{?closure\}?\})$/;
const charsMax = 300;

/**
 * The function's own name, the same however it is written: `Object.foo`, `async foo`, `new Foo`, `Foo.bar [as baz]`, `ns::foo(int, char*)`,
 * `Box<A::B>::foo`, `outer/foo/<` are foo, foo, Foo, bar, foo, foo, foo; nothing when anonymous.
 */
export function functionName(sent: string | undefined): string | undefined {
  if (sent === undefined) return undefined;
  const said = sent
    .slice(0, charsMax)
    .replace(/\s*\[as [^\]]*\]$/, "")
    .replace(/^(async|new|get|set)\s+/, "")
    .replace(/^(?:partial apply for |closure #\d+.*? in )+/, "")
    // Elixir and Erlang tell how many arguments there are.
    .replace(/(?<=\w[!?]?)\/\d{1,3}$/, "")
    // Firefox tells where an anonymous function stands: `Cart/total/<`.
    .replace(/(\/<)+$/, "")
    // PHP 8.4 tells the line as well.
    .replace(/^.*\{closure:(.*?)(?:\(\))?:\d+\}$/, "$1::{closure}");
  const bare = /^[-+]\[/.test(said) ? said : withoutArguments(said);
  const parts = /^<.*>$/.test(bare) || /^[-+]\[/.test(bare) ? [bare] : bare.split(/::|[.#/]/);
  const last = (parts.at(-1) ?? "").trim();
  const outer = parts.at(-2)?.trim();
  if (outer && within.test(last)) return `${outer}.${last}`;
  return anonymous.test(last) ? undefined : last;
}

/** Without what C++, Rust, C# and Swift write behind a name: `(int, char*) const`, `<A::B>`. */
function withoutArguments(name: string): string {
  let bare = name;
  const opens = bare.search(/(?<=[\w>~$])\(/);
  if (opens > 0 && !bare.slice(0, opens).endsWith("operator")) bare = bare.slice(0, opens);
  if (!/[\w>]<|^<.*>::|<.* as .*>/.test(bare)) return bare;
  for (let before = ""; before !== bare && /<[^<>]*>/.test(bare);) {
    before = bare;
    const next = bare.replace(/<[^<>]*>/, "");
    if (next === "" || next.endsWith("::")) break;
    bare = next;
  }
  return bare;
}
