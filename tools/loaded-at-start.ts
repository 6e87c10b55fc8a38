import { readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";

const root = join(import.meta.dir, "..");
const transpilers = {
  ".ts": new Bun.Transpiler({ loader: "ts" }),
  ".tsx": new Bun.Transpiler({ loader: "tsx" }),
  ".js": new Bun.Transpiler({ loader: "js" }),
};

/** Every module that is loaded before the first line of these files runs: what they import, less what waits in an `import()`. */
export function loadedAtStart(...entries: string[]): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const kind = extname(file).replace(/^\.[cm]js$/, ".js");
    const transpiler = transpilers[kind as keyof typeof transpilers];
    for (const { kind: how, path } of transpiler?.scanImports(readFileSync(file, "utf8")) ?? []) {
      // A library's `require` stands at its top; ours stand where something is loaded late.
      const isAtOnce = how === "import-statement" || (how === "require-call" && kind === ".js");
      if (!isAtOnce) continue;
      const found = Bun.resolveSync(path, dirname(file));
      if (found.startsWith("/")) visit(found); // Anything else is part of Bun.
    }
  };
  for (const entry of entries) visit(join(root, entry));
  return [...seen];
}

/** The packages of npm among some modules, each once. */
export const packagesOf = (modules: readonly string[]): string[] =>
  [
    ...new Set(
      modules.flatMap((each) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(each)?.[1] ?? []),
    ),
  ].sort();
