/** A place of a value, by names from the top: `["questions", "one", "text"]`. */
export type ValuePath = readonly string[];
/** Something that is another one now; undefined where it is not there. */
export type Change = { path: ValuePath; from: unknown; to: unknown };

type Group = Readonly<Record<string, unknown>>;
const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** Alike in what JSON can say of them, order of names included. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What stands at a place. */
export const valueIn = (value: unknown, path: ValuePath): unknown =>
  path.reduce<unknown>(
    (at, name) => (isGroup(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    value,
  );

/** The smallest places at which two values differ; lists are one place, and so is the order of a group's names. */
export function changesBetween(from: unknown, to: unknown, above: ValuePath = []): Change[] {
  if (isSame(from, to)) return [];
  if (!isGroup(from) || !isGroup(to)) return [{ path: above, from, to }];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const below = names.flatMap((name) =>
    changesBetween(valueIn(from, [name]), valueIn(to, [name]), [...above, name]),
  );
  const isMoved = !isSame(namesIn(from, to), namesIn(to, from));
  return isMoved ? [{ path: above, from, to }, ...below] : below;
}
/** Names of a group that another one has too. */
const namesIn = (group: Group, other: Group): string[] =>
  Object.keys(group).filter((name) => Object.hasOwn(other, name));

/** Of two groups at one place only the order changed: all else would be told below it. */
const isOrder = ({ from, to }: Change): boolean => isGroup(from) && isGroup(to);

/** The same, with its names as another one has them. */
const inOrderOf = (value: Group, other: Group): Group => {
  const known = Object.keys(other).filter((name) => Object.hasOwn(value, name));
  return Object.fromEntries([...known, ...Object.keys(value)].map((name) => [name, value[name]]));
};

/** Whether a change makes no difference to a value. */
export const isIn = (value: unknown, change: Change): boolean =>
  isSame(valueIn(value, change.path), valueIn(withChange(value, change), change.path));

/** A value with a change taken over; what was added comes last. */
export function withChange(value: unknown, change: Change): unknown {
  const { path, to } = change;
  const [name, ...rest] = path;
  if (name === undefined)
    return isGroup(value) && isGroup(to) && isOrder(change) ? inOrderOf(value, to) : to;
  const group = isGroup(value) ? value : {};
  const next = withChange(valueIn(group, [name]), { ...change, path: rest });
  const { [name]: _, ...others } = group;
  if (next === undefined) return others;
  return Object.hasOwn(group, name) ? { ...group, [name]: next } : { ...others, [name]: next };
}
