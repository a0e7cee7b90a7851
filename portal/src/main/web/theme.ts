// Runs before the first paint, so that nobody sees the other theme flash. The attribute holds the
// theme shown; data-chosen-theme what the reader chose, if anything.
const root = document.documentElement;
const chosen = localStorage.getItem('fabwafer.theme');
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
if (chosen === 'light' || chosen === 'dark') {
  root.dataset['chosenTheme'] = chosen;
  root.dataset['theme'] = chosen;
} else {
  root.dataset['theme'] = dark ? 'dark' : 'light';
}
