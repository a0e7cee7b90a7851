import { switchTheme, theme } from '../model/theme.ts';
import { useStore } from '../model/use-store.ts';

const SIGNS = { auto: '◐', light: '☀', dark: '☾' } as const;

export function ThemeSwitch() {
  const now = useStore(theme);
  const name = `Theme: ${now === 'auto' ? 'as the system' : now}`;
  return (
    <button type='button' class='icon' title={name} aria-label={name} onClick={switchTheme}>
      {SIGNS[now]}
    </button>
  );
}
