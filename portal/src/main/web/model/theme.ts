// Light, dark, or as the reader's system has it. theme.ts did the same before the first paint.

import { Store } from './store.ts';

export type Theme = 'auto' | 'light' | 'dark';

const STORAGE = 'fabwafer.theme';
const ORDER: readonly Theme[] = ['auto', 'light', 'dark'];

const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

export const theme = new Store<Theme>(
  ORDER.find((name) => name === root.dataset['chosenTheme']) ?? 'auto',
);

/** Changes whenever colours on canvases have to be read again. */
export const paintedTheme = new Store(0);

export function switchTheme(): void {
  const next = ORDER[(ORDER.indexOf(theme.get()) + 1) % ORDER.length]!;
  if (next === 'auto') {
    localStorage.removeItem(STORAGE);
  } else {
    localStorage.setItem(STORAGE, next);
  }
  theme.set(next);
  show();
}

function show(): void {
  const chosen = theme.get();
  root.dataset['theme'] = chosen === 'auto' ? (system.matches ? 'dark' : 'light') : chosen;
  paintedTheme.update((n) => n + 1);
}

system.addEventListener('change', show);
