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

/** Does one piece of work at a time in one running Castor; whoever comes meanwhile gets what `busy` makes. */
export function oneAtATime<Busy>(
  busy: () => Busy,
): <T>(of: { log: object }, work: () => Promise<T>) => Promise<T | Busy> {
  const underWay = perCastor(() => ({ isBusy: false }));
  return async (of, work) => {
    const now = underWay(of);
    if (now.isBusy) return busy();
    now.isBusy = true;
    try {
      return await work();
    } finally {
      now.isBusy = false;
    }
  };
}
