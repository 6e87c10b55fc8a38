/** All the letters of the search in their order; earlier and closer together is better. `undefined` is no match. */
export function matchScore(search: string, text: string): number | undefined {
  const wanted = search.toLowerCase().replaceAll(" ", "");
  const given = text.toLowerCase();
  let from = 0;
  let score = 0;
  for (const letter of wanted) {
    const found = given.indexOf(letter, from);
    if (found < 0) return undefined;
    score += found - from;
    from = found + 1;
  }
  return score;
}
