import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "./basics.tsx";

type DialogProps = {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
};

/**
 * A question that takes the whole attention. The browser's own dialog: it holds the focus, makes the rest inert and
 * closes on Escape, without the style elements that libraries insert and our content security policy refuses.
 */
export function Dialog({ open, title, onClose, children, wide = false }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // The browser would pick the first button, which closes; people open a dialog to fill in something.
      dialog.querySelector<HTMLElement>("input, select, textarea")?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClose={onClose}
      onPointerDown={(event) => event.target === ref.current && onClose()}
      className={`m-auto w-full rounded-xl border border-line bg-surface p-0 text-ink shadow-float open:rising max-sm:mb-0 max-sm:max-w-none max-sm:rounded-b-none ${wide ? "max-w-2xl" : "max-w-lg"}`}
    >
      {open && (
        <div className="p-5 pb-[calc(1.25rem+env(safe-area-inset-bottom))]">
          <header className="mb-4 flex items-center gap-3">
            <h2 id={titleId} className="text-lg font-semibold">
              {title}
            </h2>
            <IconButton icon="cross" label="Close" className="-mr-2 ml-auto" onClick={onClose} />
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
