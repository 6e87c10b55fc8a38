import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

const kinds = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  plain: "border border-line bg-surface text-ink hover:bg-hover",
  quiet: "text-muted hover:bg-hover hover:text-ink",
  danger: "border border-line bg-surface text-bad hover:bg-bad-soft",
};

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: keyof typeof kinds;
  icon?: IconName;
  busy?: boolean;
};

/** A button; while `busy` it cannot be pressed again and says so. */
export const Button = ({
  kind = "plain",
  icon,
  busy,
  children,
  className = "",
  ...rest
}: ButtonProps): ReactNode => (
  <button
    type="button"
    {...rest}
    disabled={busy === true || rest.disabled === true}
    aria-busy={busy}
    className={`inline-flex min-h-9 items-center justify-center gap-2 rounded-md px-3.5 text-sm font-medium whitespace-nowrap transition-colors duration-(--swift) disabled:opacity-60 max-sm:min-h-11 ${kinds[kind]} ${className}`}
  >
    {icon && <Icon name={icon} />}
    {busy ? "One moment…" : children}
  </button>
);

type IconButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string };
/** A button with a drawing only; `label` is its name for screen readers and on hover. */
export const IconButton = ({
  icon,
  label,
  className = "",
  ...rest
}: IconButtonProps): ReactNode => (
  <button
    type="button"
    {...rest}
    aria-label={label}
    title={label}
    className={`inline-flex size-9 items-center justify-center rounded-md text-muted transition-colors duration-(--swift) hover:bg-hover hover:text-ink max-sm:size-11 ${className}`}
  >
    <Icon name={icon} className="size-4.5" />
  </button>
);

type CardProps = {
  title?: ReactNode;
  hint?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
};
/** A surface with a heading, something at its right, and content. */
export const Card = ({
  title,
  hint,
  aside,
  children,
  className = "",
  flush = false,
}: CardProps): ReactNode => (
  <section className={`min-w-0 rounded-xl border border-line bg-surface shadow-card ${className}`}>
    {title !== undefined && (
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-5 pt-4 max-sm:px-4">
        <h2 className="text-sm font-semibold">{title}</h2>
        {hint !== undefined && <p className="text-xs text-faint">{hint}</p>}
        {aside !== undefined && <div className="ml-auto flex items-center gap-2">{aside}</div>}
      </header>
    )}
    <div className={flush ? "pt-2" : "p-5 pt-3 max-sm:px-4"}>{children}</div>
  </section>
);

/** The top of a page: its name, one sentence, and what can be done here. */
export const PageHead = ({
  title,
  says,
  children,
}: {
  title: string;
  says?: ReactNode;
  children?: ReactNode;
}): ReactNode => (
  <header className="mb-5 flex flex-wrap items-end gap-x-4 gap-y-2 max-sm:mb-4">
    <div className="min-w-0">
      <h1 className="text-xl font-semibold">{title}</h1>
      {says !== undefined && <p className="mt-0.5 max-w-[70ch] text-sm text-muted">{says}</p>}
    </div>
    {children !== undefined && (
      <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div>
    )}
  </header>
);

export const Key = ({ children }: { children: ReactNode }): ReactNode => (
  <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line bg-sunken px-1.5 text-xs font-medium text-muted">
    {children}
  </kbd>
);

/** A place that holds nothing yet, and how that changes. */
export const Empty = ({
  icon,
  title,
  children,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
}): ReactNode => (
  <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
    <span className="flex size-10 items-center justify-center rounded-full bg-sunken text-faint">
      <Icon name={icon} className="size-5" />
    </span>
    <p className="text-sm font-medium">{title}</p>
    {children !== undefined && <div className="max-w-[46ch] text-sm text-muted">{children}</div>}
  </div>
);

/** The shape of lines that are on their way. */
export const Loading = ({ lines = 3, what }: { lines?: number; what: string }): ReactNode => (
  <div role="status" className="space-y-3 py-2">
    <span className="sr-only">Loading {what}…</span>
    {Array.from({ length: lines }, (_, line) => (
      <div key={line} className="skeleton h-5" style={{ width: `${92 - ((line * 17) % 40)}%` }} />
    ))}
  </div>
);
