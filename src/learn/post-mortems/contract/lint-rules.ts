/** A way of writing that looks for a culprit, in one language: what it looks like, why it does not help, what to write. */
export type Rule = { rule: RuleName; pattern: RegExp; why: string; instead: string };
export type RuleName =
  | "counterfactual"
  | "human-error"
  | "omission"
  | "judgement"
  | "blame"
  | "hindsight"
  | "single-cause"
  | "who"
  | "rule-broken"
  | "try-harder"
  | "name";

/** Whole words, also where they end in an accent, which `\b` does not know. */
const words = (pattern: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])(?:${pattern})(?![\\p{L}\\p{N}_])`, "giu");

/** People as a subject: of a machine it is a plain fact that it failed to start. */
const someone =
  "i|we|he|she|they|you|nobody|no one|someone|somebody|everybody|everyone|(?:the )?(?:[\\w-]{1,30} )?(?:team|engineers?|operators?|developers?|admins?|administrators?|responders?|staff|manager|colleagues?|on-?call|support|reviewers?|person|people|users?)";
const deeds =
  "deployed|broke|did|caused|pushed|merged|changed|ran|approved|deleted|dropped|forgot|wrote|reviewed|released|touched|made";

const english: readonly Rule[] = [
  {
    rule: "counterfactual",
    pattern: words(
      "(?:should|could|would|must|ought to)(?: not|n't)? have|shouldn't've|should've|could've|would've|if only|(?:was|were) supposed to|had (?:he|she|they|we|the team) (?:not )?(?:only )?\\w+(?:ed|en|wn|one)",
    ),
    why: "It tells of something that did not happen. Nobody learns from it how things looked at that moment.",
    instead: "Write what was known then, and what made what was done look right.",
  },
  {
    rule: "human-error",
    pattern: words(
      "(?:human|operator|user|pilot|people's|manual|careless) (?:errors?|mistakes?)|fat[- ]fingere?d?|finger trouble|typo by \\w+",
    ),
    why: "Where a person erred is where the search begins, not where it ends.",
    instead: "Write what made it possible: “the tool took … without asking”.",
  },
  {
    rule: "omission",
    pattern: words(
      `(?:${someone}) (?:had |has |have )?(?:also |simply |just )?(?:failed to|neglected to|forgot(?:ten)? to|omitted to|didn't bother to|did not bother to|didn't think to|missed to)`,
    ),
    why: "It measures somebody against what is known only now.",
    instead: "Write what happened instead, and what would have brought it to mind.",
  },
  {
    rule: "judgement",
    pattern: words(
      "careless(?:ly|ness)?|negligent(?:ly)?|negligence|sloppy|sloppily|sloppiness|lazy|laziness|stupid(?:ly|ity)?|incompetent(?:ly)?|incompetence|reckless(?:ly|ness)?|irresponsibl[ey]|inattentive(?:ly)?|inattention|thoughtless(?:ly)?|foolish(?:ly)?|unprofessional",
    ),
    why: "It says what somebody is like, which nobody can mend.",
    instead: "Write what they saw, what they knew, and what pressed them.",
  },
  {
    rule: "blame",
    pattern: words(
      "to blame|blam(?:ed|ing) (?:on )?\\p{L}+|at fault|(?:his|her|their|my|your|\\p{L}+'s) fault|culprits?|guilty|culpable",
    ),
    why: "Whoever fears blame says less the next time.",
    instead: "Write what allowed it: a tool, a rule, a gap between two teams.",
  },
  {
    rule: "hindsight",
    pattern: words(
      "in hindsight|with hindsight|obviously|(?:it )?(?:was|is) (?:obvious|clear) (?:that|to (?:all|everyone|everybody))|easily (?:have )?(?:been )?(?:seen|noticed|prevented|avoided)|as everyone knows|of course",
    ),
    why: "It is plain only now that the end is known.",
    instead: "Write which signs there were at that time, and which others beside them.",
  },
  {
    rule: "single-cause",
    pattern: words("(?:the|a|one|single|true|real)? ?root causes?"),
    why: "What goes wrong on a large scale has several factors; looking for one ends the search early.",
    instead: "Write “contributing factors”, and draw them.",
  },
  {
    rule: "who",
    pattern: words(`who (?:has |had )?(?:${deeds})`),
    why: "“Who” ends at a person; “what made it possible” ends at something that can be changed.",
    instead: "Write “what made it possible to …”.",
  },
  {
    rule: "rule-broken",
    pattern: words(
      "(?:did not|didn't|failing to|failed to|without) (?:follow|respect|obey)(?:ing)? (?:the |our |any )?(?:procedures?|process(?:es)?|runbooks?|rules?|policy|policies|checklists?|guidelines?|instructions?)|violat(?:ed|ing|ion of) (?:the |our )?(?:procedures?|process(?:es)?|rules?|policy|policies)",
    ),
    why: "Work is often done otherwise than it is written down, mostly for a good reason.",
    instead: "Write what made the written way hard to follow, or unknown.",
  },
  {
    rule: "try-harder",
    pattern: words(
      "(?:be|being) more careful|more care(?:ful)?(?: must| should| needs)|pay(?:ing)? (?:more |closer )?attention|tr(?:y|ying) harder|(?:must|should|will) remember to|(?:be|stay) (?:more )?vigilant|double[- ]check(?:ing)? next time|never (?:let this )?happen again",
    ),
    why: "Attention is no barrier: at three in the morning there is little of it.",
    instead: "Write what will catch it: a check, a default, a second key.",
  },
];

const french: readonly Rule[] = [
  {
    rule: "counterfactual",
    pattern: words(
      "(?:n')?(?:aurais|aurait|aurions|auriez|auraient) (?:pas |jamais |bien )?(?:dû|du|pu)|(?:il )?aurait fallu|il fallait|(?:était|étaient|étions) censée?s?|si seulement",
    ),
    why: "Cela raconte ce qui n’a pas eu lieu. Personne n’y apprend comment la situation se présentait.",
    instead: "Écrivez ce qui était connu à ce moment, et ce qui rendait le geste raisonnable.",
  },
  {
    rule: "human-error",
    pattern: words(
      "(?:erreurs?|fautes?|maladresses?) (?:humaines?|d'inattention|de manipulation|de l'opérateur|d'étourderie)",
    ),
    why: "L’erreur d’une personne est le début de la recherche, pas la fin.",
    instead: "Écrivez ce qui l’a rendue possible : « l’outil acceptait … sans demander ».",
  },
  {
    rule: "omission",
    pattern: words(
      "(?:a|ai|as|avons|avez|ont|avait|avaient) (?:simplement |tout simplement )?(?:oublié|omis|négligé) (?:de |d')\\p{L}+|(?:n'a|n'ont|n'avons) pas (?:pris la peine|pensé à|jugé bon)",
    ),
    why: "Cela mesure quelqu’un à ce que l’on ne sait que maintenant.",
    instead: "Écrivez ce qui s’est passé à la place, et ce qui l’aurait rappelé.",
  },
  {
    rule: "judgement",
    pattern: words(
      "négligente?s?|négligences?|négligemment|imprudente?s?|imprudences?|irresponsables?|incompétente?s?|incompétences?|étourdie?s?|étourderies?|inattention|inattentive?s?|inattentifs?|bâclée?s?|paresseu(?:x|se)s?|stupides?|maladroite?s?|à la légère",
    ),
    why: "Cela dit comment est quelqu’un, ce que personne ne peut réparer.",
    instead: "Écrivez ce que les gens voyaient, savaient, et ce qui les pressait.",
  },
  {
    rule: "blame",
    pattern: words(
      "(?:par|de|c'est) (?:la |sa |leur |ma |notre )faute(?: (?:de|à|d'))?|fautifs?|fautives?|coupables?|à blâmer|(?:est|sont|était|étaient) responsables? (?:de|du|des) (?:la |l')?(?:panne|incident|erreur|problème|coupure)s?",
    ),
    why: "Qui craint le blâme parlera moins la prochaine fois.",
    instead: "Écrivez ce qui l’a permis : un outil, une règle, un vide entre deux équipes.",
  },
  {
    rule: "hindsight",
    pattern: words(
      "avec le recul|évidemment|de toute évidence|manifestement|bien entendu|(?:il )?(?:était|est) (?:évident|clair) que|facilement (?:être )?(?:évitée?|vue?|détectée?)",
    ),
    why: "Ce n’est évident que maintenant que la fin est connue.",
    instead: "Écrivez quels signes il y avait alors, et lesquels à côté.",
  },
  {
    rule: "single-cause",
    pattern: words("causes? (?:racines?|premières?|profondes?|uniques?)"),
    why: "Une panne a plusieurs facteurs ; en chercher un seul arrête la recherche trop tôt.",
    instead: "Écrivez « facteurs contributifs », et dessinez-les.",
  },
  {
    rule: "who",
    pattern: words(
      "qui (?:a|ont|avait) (?:déployé|cassé|fait|poussé|fusionné|lancé|modifié|changé|approuvé|supprimé|effacé|oublié|causé|provoqué)",
    ),
    why: "« Qui » s’arrête à une personne ; « ce qui l’a rendu possible » mène à ce que l’on peut changer.",
    instead: "Écrivez « ce qui a permis de … ».",
  },
  {
    rule: "rule-broken",
    pattern: words(
      "(?:n'a|n'ont|n'avons|ne pas) (?:pas )?(?:suivi|respecté|appliqué|suivre|respecter|appliquer) (?:la |le |les |nos |notre )?(?:procédures?|processus|consignes?|règles?|politiques?|check-?lists?)",
    ),
    why: "Le travail se fait souvent autrement qu’il n’est écrit, et le plus souvent pour une bonne raison.",
    instead: "Écrivez ce qui rendait la procédure difficile à suivre, ou inconnue.",
  },
  {
    rule: "try-harder",
    pattern: words(
      "faire (?:plus |davantage )?attention|être plus (?:prudente?s?|vigilante?s?|attentifs?|attentives?|rigoureu(?:x|se)s?)|redoubler (?:de vigilance|d'attention)|plus de (?:vigilance|rigueur)|plus jamais ça",
    ),
    why: "L’attention n’est pas une barrière : à trois heures du matin il en reste peu.",
    instead: "Écrivez ce qui l’arrêtera : un contrôle, une valeur par défaut, une seconde clé.",
  },
];

/** Both at once: a text may mix them, and what one means the other does not say by chance. */
export const lintRules: readonly Rule[] = [...english, ...french];
