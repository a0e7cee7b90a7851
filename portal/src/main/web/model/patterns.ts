// The nine labels in label-id order, which is the order on screen and of the keys.

export const NONE = 'none';

export const PATTERNS = [
  'Center',
  'Donut',
  'Edge-Loc',
  'Edge-Ring',
  'Loc',
  'Near-full',
  'Random',
  'Scratch',
] as const;

/** Every label with the key that gives it: 1–8 the patterns, 0 none. */
export const LABEL_KEYS: readonly { label: string; key: string }[] = [
  ...PATTERNS.map((label, i) => ({ label: label as string, key: String(i + 1) })),
  { label: NONE, key: '0' },
];

export function labelOfKey(key: string): string | undefined {
  return LABEL_KEYS.find((entry) => entry.key === key)?.label;
}

/** The class that carries a label's fixed colour; every new pattern shares one. */
export function patternClass(label: string): string {
  const known = LABEL_KEYS.some((entry) => entry.label === label);
  return known ? `pattern-${label.toLowerCase()}` : 'pattern-new';
}

export function isDefect(label: string): boolean {
  return label !== NONE;
}
