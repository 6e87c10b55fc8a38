/** The round on the screen, if it is the one told about: what comes late of an earlier question does not touch it. */
export const roundOf = <Round extends { question: number }>(
  round: Round | undefined,
  question: number,
): Round | undefined => (round?.question === question ? round : undefined);
