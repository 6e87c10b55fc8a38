import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";
import { Icon } from "./icon.tsx";

const box =
  "min-h-10 w-full rounded-md border border-line-strong bg-surface px-3 text-sm text-ink placeholder:text-faint aria-invalid:border-bad max-sm:min-h-11 max-sm:text-base";

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  hideLabel?: boolean;
};

/** A labelled input with room for a hint and for what is wrong with it. */
export function Field({
  label,
  hint,
  error,
  hideLabel = false,
  className = "",
  ...rest
}: FieldProps): ReactNode {
  const id = useId();
  const about = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1 block text-sm font-medium"}>
        {label}
      </label>
      <input
        id={id}
        {...rest}
        aria-invalid={error !== undefined}
        aria-describedby={about === undefined ? undefined : `${id}-about`}
        className={box}
      />
      {about !== undefined && (
        <p id={`${id}-about`} className={`mt-1 text-xs ${error ? "text-bad" : "text-faint"}`}>
          {about}
        </p>
      )}
    </div>
  );
}

type ChoiceProps = SelectHTMLAttributes<HTMLSelectElement> & {
  label: string;
  options: readonly (readonly [value: string, text: string])[];
  hideLabel?: boolean;
};

/** One of a few; the browser's own select, because it is the best one on a phone. */
export function Choice({
  label,
  options,
  hideLabel = false,
  className = "",
  ...rest
}: ChoiceProps): ReactNode {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1 block text-sm font-medium"}>
        {label}
      </label>
      <div className="relative">
        <select id={id} {...rest} className={`${box} cursor-pointer appearance-none truncate pr-8`}>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Icon
          name="down"
          className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-faint"
        />
      </div>
    </div>
  );
}

type SegmentsProps<T extends string> = {
  label: string;
  value: T;
  options: readonly (readonly [value: T, text: string])[];
  onPick: (value: T) => void;
};

/** One of very few, all in sight. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onPick,
}: SegmentsProps<T>): ReactNode {
  return (
    <fieldset className="flex rounded-md border border-line bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map(([each, text]) => (
        <label
          key={each}
          className="relative flex min-h-8 cursor-pointer items-center rounded-sm px-3 text-sm text-muted has-checked:bg-surface has-checked:font-medium has-checked:text-ink has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent max-sm:min-h-10"
        >
          <input
            type="radio"
            name={label}
            checked={each === value}
            onChange={() => onPick(each)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
