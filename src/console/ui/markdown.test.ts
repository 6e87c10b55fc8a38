import { expect, test } from "bun:test";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Blocks } from "./markdown-blocks.tsx";

const shown = (text: string): string =>
  renderToStaticMarkup(createElement(Blocks, { text, top: 3 })).replaceAll(/ class="[^"]*"/g, "");

test("headings begin below those of the page, and lists, tables, code and quotes are what they are", () => {
  expect(shown("# One\n\n- a\n- [x] **b**\n\n1. c")).toBe(
    '<h3>One</h3><ul><li>a</li><li><input type="checkbox" readOnly="" disabled="" checked=""/><strong>b</strong></li></ul><ol start="1"><li>c</li></ol>',
  );
  expect(shown("| a | b |\n|---|---|\n| 1 | `2` |")).toContain("<td>1</td><td><code>2</code></td>");
  expect(shown("```\n<b>\n```\n\n> told")).toBe(
    '<pre tabindex="0">&lt;b&gt;</pre><blockquote><p>told</p></blockquote>',
  );
});

test("HTML is shown and not run, and no address but a plain one can be followed", () => {
  const made = shown(
    "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](//evil.example) ![c](https://elsewhere.example/x.png) [d](https://ok.example) ![e](/api/blob)",
  );
  expect(made).not.toMatch(/<script|<img src="(?!\/api)|href="(javascript|\/\/)/);
  expect(made).toContain('href="https://ok.example" target="_blank" rel="noreferrer noopener"');
  expect(made).toContain('<img src="/api/blob" alt="e"');
});

test("a text that nests more deeply than anything can read is shown as it was written", () => {
  expect(shown("> ".repeat(10_000))).toStartWith("<p>&gt; &gt; ");
});
