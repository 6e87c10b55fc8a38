/** Each row on top of those before it; gaps count as nothing. */
export function stack(rows: readonly (readonly (number | null)[])[]): number[][] {
  const sums: number[] = [];
  return rows.map((values) =>
    values.map((value, place) => {
      const sum = (sums[place] ?? 0) + (value ?? 0);
      sums[place] = sum;
      return sum;
    }),
  );
}
