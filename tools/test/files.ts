const folders = ["src", "sim", "tools", "bench", "examples", "e2e"];

/** Every test file of the project, in the order of their paths. */
export async function findTestFiles(root: string): Promise<string[]> {
  const glob = new Bun.Glob(`{${folders.join(",")}}/**/*.test.{ts,tsx}`);
  const files: string[] = [];
  for await (const file of glob.scan({ cwd: root })) {
    if (!file.includes("node_modules/")) files.push(file);
  }
  return files.sort();
}

const wholePrograms = /^e2e\/|^src\/(console|cli)\//;
/** What starts whole programs comes first: it lasts longest and mostly waits, and at the end only short files are left over. */
export const longestFirst = (files: readonly string[]): string[] => [
  ...files.filter((file) => wholePrograms.test(file)),
  ...files.filter((file) => !wholePrograms.test(file)),
];

/** A serial file judges shares, memory or levels of load, and what runs beside it would be judged too: so it runs alone. */
export const isSerial = (file: string): boolean => /\.serial\.test\.tsx?$/.test(file);
