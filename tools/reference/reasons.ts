import { reasonPages } from "../reason-pages.ts";

const cell = (text: string): string =>
  text
    .split(/\n{2,}/, 1)[0]
    ?.replaceAll("\n", " ")
    .replaceAll("|", "\\|") ?? "";

/** Every value of `Castor-Reason`, or the beginning of a family of values, with what a visitor sees: Markdown. */
export async function reasonsReference(root: string): Promise<string> {
  const rows = Object.entries(await reasonPages(root)).map(
    ([code, { title, sees }]) =>
      `| [${code}](../reasons/${code}.md) | ${cell(title)} | ${cell(sees)} |`,
  );
  return `# Reasons

Written from docs/reasons by \`npm run reference\`. An answer that is not simply the service's says why in \`Castor-Reason\`; codes that go on after a page's name are explained by it. \`castor gateway refusals\` counts them.

| code | what happened | what a visitor sees |
| --- | --- | --- |
${rows.join("\n")}
`;
}
