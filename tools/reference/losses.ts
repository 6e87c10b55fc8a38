import { capabilities } from "../../src/castor.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** What needs a second person, and what only sounds as if it did: Markdown, from the manifests alone. */
export function lossesReference(): string {
  const verbs = capabilities.flatMap((each) => [...each.commands, ...each.actions]);
  const lost: string[] = [];
  const kept: string[] = [];
  for (const { name, allow, destroys } of verbs)
    if (destroys && "what" in destroys)
      lost.push(`| \`${name}\` | ${destroys.allow ?? allow} | ${cell(destroys.what)} |`);
    else if (destroys) kept.push(`| \`${name}\` | ${cell(destroys.nothing)} |`);
  return `# What needs a second person

Written from the manifests by \`npm run reference\`. Where somebody else could approve these, nobody does them alone: they are refused with [approvals.needed](../problems/approvals.needed.md) until somebody else whose role is enough has approved them. Whoever is alone types the name of what is lost; the command line of the machine itself makes a sign-in link without a second person. A verb may lose something only with some inputs (\`castor … --dry-run\` says whether it would with this one).

| verb | who may ask and approve | what is lost |
| --- | --- | --- |
${lost.join("\n")}

## What only sounds like it

| verb | why nothing is lost |
| --- | --- |
${kept.join("\n")}
`;
}
