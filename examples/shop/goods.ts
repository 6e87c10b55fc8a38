export type Good = {
  id: string;
  name: string;
  kind: "shelter" | "kitchen" | "water" | "light" | "wear" | "craft";
  cents: number;
  line: string;
  story: string;
};

/** What the shop sells. */
export const goods: readonly Good[] = [
  {
    id: "river-canoe",
    name: "River canoe",
    kind: "water",
    cents: 128_000,
    line: "Cedar strips, two seats, no hurry.",
    story:
      "Built on a last from 1923, strip by strip, and tight after forty years of ours. It carries two people, a dog and a week of food, and it turns on a leaf.",
  },
  {
    id: "tin-lantern",
    name: "Tin lantern",
    kind: "light",
    cents: 4_900,
    line: "A small light that the wind leaves alone.",
    story:
      "Punched by hand so that the flame draws from below. Takes a tea candle or its own little burner, hangs on a branch, and folds flat when morning comes.",
  },
  {
    id: "wool-blanket",
    name: "Wool blanket",
    kind: "shelter",
    cents: 11_900,
    line: "Heavy, striped, and warm when it is wet.",
    story:
      "Woven from the wool of sheep that stand outside all year. It smells of rain on the first evening and of your campfire ever after.",
  },
  {
    id: "enamel-mug",
    name: "Enamel mug",
    kind: "kitchen",
    cents: 1_800,
    line: "Chips with grace.",
    story:
      "Half a litre, fit for coffee, soup and nails. Set it straight on the embers. Every chip in the rim is a place that you have been to.",
  },
  {
    id: "trail-boots",
    name: "Trail boots",
    kind: "wear",
    cents: 18_900,
    line: "Sewn, not glued; resoled, not replaced.",
    story:
      "Greased leather on a stitched welt. They need a month to learn your feet and keep them in mind for twenty years. We put on a new sole for the price of a dinner.",
  },
  {
    id: "ridge-tent",
    name: "Ridge tent",
    kind: "shelter",
    cents: 34_500,
    line: "Two poles, eight pegs, one quiet night.",
    story:
      "Cotton that breathes and closes its weave when the rain begins. Stands in four minutes, in the dark, by one person who has never put up a tent before.",
  },
  {
    id: "camp-kettle",
    name: "Camp kettle",
    kind: "kitchen",
    cents: 5_400,
    line: "Boils before you have found the tea.",
    story:
      "A wide bottom for the fire, a spout that pours where you look, and a handle that stays cool because it is made of beech.",
  },
  {
    id: "whittling-knife",
    name: "Whittling knife",
    kind: "craft",
    cents: 6_200,
    line: "For spoons, tent pegs and thinking.",
    story:
      "Carbon steel with a birch handle that fills the hand. It takes an edge from a river stone. It comes with a blank of lime wood, so you can begin at once.",
  },
  {
    id: "oil-jacket",
    name: "Oilcloth jacket",
    kind: "wear",
    cents: 22_900,
    line: "Let it rain.",
    story:
      "Oiled cotton, storm flap, pockets that hold a map without folding it twice. Wax it each autumn and leave it to your children.",
  },
  {
    id: "brass-compass",
    name: "Brass compass",
    kind: "craft",
    cents: 7_900,
    line: "Knows one thing and is sure of it.",
    story:
      "Liquid-damped, with a lid that is also a sight. No battery, no account, no update. North has not moved much lately.",
  },
  {
    id: "pack-raft",
    name: "Pack raft",
    kind: "water",
    cents: 59_000,
    line: "A boat that fits beside your sandwiches.",
    story:
      "Weighs less than a cat, carries more than a moose would dare. Blow it up at the bank, and let the river do the walking.",
  },
  {
    id: "beeswax-candles",
    name: "Beeswax candles",
    kind: "light",
    cents: 2_400,
    line: "Six long evenings.",
    story:
      "Dipped thirty times by people who like the smell. Each burns for nine hours and drips on nothing if you keep it out of the draught.",
  },
];

const byId = new Map(goods.map((good) => [good.id, good]));

export const findGood = (id: string): Good | undefined => byId.get(id);

/** Goods that hold every word of the question, those with it in their name first. */
export function search(question: string): Good[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const inName = (good: Good): boolean =>
    words.some((word) => good.name.toLowerCase().includes(word));
  return goods
    .filter((good) => {
      const text = `${good.name} ${good.kind} ${good.line} ${good.story}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => Number(inName(b)) - Number(inName(a)));
}

export const price = (cents: number): string =>
  `€ ${(cents / 100).toLocaleString("en-GB", { minimumFractionDigits: 2 })}`;
