/** Words that read as translated, and what to write instead: the table in `docs/contributing.md`, which a test applies to all texts. */

export interface UnwantedWord {
  /** As the table shows it. */
  readonly word: string;
  readonly instead: string;
  readonly pattern: RegExp;
}

export const UNWANTED_WORDS: readonly UnwantedWord[] = [
  {
    word: 'answers',
    instead: 'returns, resolves with, replies, responds',
    pattern: /\banswers\b/i,
  },
  { word: 'told, tells', instead: 'says, shows, reports', pattern: /(?<!-)\b(told|tells)\b/i },
  { word: 'so many, so often', instead: 'N, that many, how many', pattern: /\bso (many|often)\b/i },
  {
    word: '"--x" is no flag',
    instead: 'Unknown flag --x; is not a …',
    pattern: /(?<!there )\b(is|are|was|were) no (?!longer\b|more\b)/i,
  },
  { word: 'how grave', instead: 'severity', pattern: /\bgrave\b/i },
  { word: 'of your own', instead: 'your own, custom', pattern: /\bof (your|its|their|our|one.s) own\b(?! process)/i },
  { word: '`x` is meant', instead: 'Did you mean `x`?', pattern: /\b(is|are|was|were) meant\b/i },
  { word: 'is to be, was to be', instead: 'must, must be', pattern: /\b(is|are|was|were) to be\b/i },
  { word: 'hears out', instead: 'processes everything that was sent', pattern: /\bhears? out\b/i },
  {
    word: 'whoever, whatever is',
    instead: 'a caller that, everything that',
    pattern: /\bwhoever\b|\bwhatever (is|was)\b/i,
  },
  { word: 'in vain, for ever', instead: 'times out, forever', pattern: /\bin vain\b|\bfor ever\b/i },
];
