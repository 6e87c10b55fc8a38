/**
 * What one running Castor keeps in memory and knows again soon after a restart, made when it is first asked for. The log stands
 * for the Castor that runs on it, so that several in one process (tests, simulations) keep theirs apart.
 */
export function perCastor<T, Of extends { log: object } = { log: object }>(
  make: (of: Of) => T,
): (of: Of) => T {
  const made = new WeakMap<object, { kept: T }>();
  return (of) => {
    let known = made.get(of.log);
    if (known === undefined) made.set(of.log, (known = { kept: make(of) }));
    return known.kept;
  };
}
