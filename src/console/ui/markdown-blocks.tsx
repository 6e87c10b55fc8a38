/* oxlint-disable react/no-array-index-key -- tokens stand in the order of the text, and have no names. */
import { lexer, type Token, type Tokens } from "marked";
import { createElement, Fragment, type ReactNode, useState } from "react";

/** Addresses that may be followed; whatever else a text has (`javascript:`) is words. */
const isSafe = (href: string): boolean => /^(https?:|mailto:|tel:|\/(?!\/)|#)/i.test(href);

const Inline = ({ tokens }: { tokens: readonly Token[] | undefined }): ReactNode =>
  tokens?.map((token, at) => <Fragment key={at}>{inline(token)}</Fragment>);

function inline(token: Token): ReactNode {
  switch (token.type) {
    case "strong":
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      );
    case "del":
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      );
    case "codespan":
      return (
        <code className="rounded-sm bg-sunken px-1 font-mono text-[0.92em]">
          {String(token.text)}
        </code>
      );
    case "br":
      return <br />;
    case "link":
      return <Anchor href={String(token.href)} tokens={token.tokens} />;
    case "image":
      return <Picture href={String(token.href)} text={String(token.text)} />;
    case "text":
    case "escape":
      return "tokens" in token ? <Inline tokens={token.tokens} /> : String(token.text);
    default:
      return token.raw;
  }
}

const Anchor = ({ href, tokens }: { href: string; tokens: Token[] | undefined }): ReactNode =>
  isSafe(href) ? (
    <a
      href={href}
      className="text-accent underline"
      {...(href.startsWith("/") || href.startsWith("#")
        ? {}
        : { target: "_blank", rel: "noreferrer noopener" })}
    >
      <Inline tokens={tokens} />
    </a>
  ) : (
    <Inline tokens={tokens} />
  );

/** A picture of Castor's own; where it is gone it says so. */
function OwnPicture({ href, text }: { href: string; text: string }): ReactNode {
  const [isGone, setGone] = useState(false);
  return isGone ? (
    <span className="text-muted italic">
      {text === "" ? "A picture" : `The picture “${text}”`} is not there any more
    </span>
  ) : (
    <img
      src={href}
      alt={text}
      loading="lazy"
      className="max-h-96 max-w-full rounded-md"
      onError={() => setGone(true)}
    />
  );
}

const Picture = ({ href, text }: { href: string; text: string }): ReactNode =>
  /^\/(?!\/)/.test(href) ? (
    <OwnPicture href={href} text={text} />
  ) : isSafe(href) ? (
    <a href={href} target="_blank" rel="noreferrer noopener" className="text-accent underline">
      {text || href}
    </a>
  ) : (
    text
  );

const headings = ["", "text-lg font-semibold", "text-base font-semibold", "text-sm font-semibold"];

function Item({ item, top }: { item: Tokens.ListItem; top: number }): ReactNode {
  return (
    <li>
      {item.task && (
        <input type="checkbox" checked={item.checked === true} readOnly disabled className="mr-2" />
      )}
      {item.tokens
        .filter(({ type }) => type !== "checkbox")
        .map((token, at) =>
          token.type === "text" ? (
            <Inline key={at} tokens={[token]} />
          ) : (
            <Fragment key={at}>{block(token, top)}</Fragment>
          ),
        )}
    </li>
  );
}

function Heading({ token, top }: { token: Token; top: number }): ReactNode {
  const level = Math.min(6, ("depth" in token ? Number(token.depth) : 1) + top - 1);
  const look = headings[Math.min(3, level - 1)] ?? "";
  const words = "tokens" in token ? token.tokens : undefined;
  return createElement(`h${level}`, { className: `pt-1 ${look}` }, <Inline tokens={words} />);
}

function List({ list, top }: { list: Tokens.List; top: number }): ReactNode {
  const look = `space-y-1 ${list.ordered ? "list-decimal pl-6" : "list-disc pl-5"}`;
  const items = list.items.map((item, at) => <Item key={at} item={item} top={top} />);
  return list.ordered ? (
    <ol className={look} start={list.start === "" ? 1 : list.start}>
      {items}
    </ol>
  ) : (
    <ul className={look}>{items}</ul>
  );
}

const Grid = ({ table }: { table: Tokens.Table }): ReactNode => (
  <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table">
    <table className="border-collapse text-left">
      <thead>
        <tr className="border-b border-line-strong">
          {table.header.map((cell, at) => (
            <th key={at} scope="col" className="px-2 py-1 font-medium first:pl-0">
              <Inline tokens={cell.tokens} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {table.rows.map((row, line) => (
          <tr key={line}>
            {row.map((cell, at) => (
              <td key={at} className="px-2 py-1 align-top first:pl-0">
                <Inline tokens={cell.tokens} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

function block(token: Token, top: number): ReactNode {
  switch (token.type) {
    case "heading":
      return <Heading token={token} top={top} />;
    case "code":
      return (
        <pre
          tabIndex={0}
          className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-[0.92em]"
        >
          {String(token.text)}
        </pre>
      );
    case "blockquote":
      return (
        <blockquote className="space-y-2 border-l-2 border-line-strong pl-3 text-muted">
          {token.tokens?.map((each, at) => (
            <Fragment key={at}>{block(each, top)}</Fragment>
          ))}
        </blockquote>
      );
    case "list":
      return <List list={token as Tokens.List} top={top} />;
    case "table":
      return <Grid table={token as Tokens.Table} />;
    case "hr":
      return <hr className="border-line" />;
    case "space":
    case "def":
      return null;
    case "paragraph":
    case "text":
      return (
        <p>
          <Inline tokens={token.tokens ?? [token]} />
        </p>
      );
    default:
      return <p className="whitespace-pre-wrap">{token.raw}</p>;
  }
}

/** The blocks of a text; undefined where it is nested more deeply than anything can read. */
function tokensOf(text: string): Token[] | undefined {
  try {
    return lexer(text);
  } catch {
    // Thousands of quotes in quotes: what somebody wrote is shown as they wrote it.
    return undefined;
  }
}

/** What `Markdown` loads. */
export const Blocks = ({ text, top }: { text: string; top: number }): ReactNode =>
  tokensOf(text)?.map((token, at) => <Fragment key={at}>{block(token, top)}</Fragment>) ?? (
    <p className="whitespace-pre-wrap">{text}</p>
  );
