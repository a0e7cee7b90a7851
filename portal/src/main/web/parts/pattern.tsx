// A pattern's sign and name. The sign's shape says the same as its colour.

import { patternClass } from '../model/patterns.ts';

function shape(label: string) {
  switch (label) {
    case 'Center':
      return <circle cx='8' cy='8' r='3' />;
    case 'Donut':
      return <circle cx='8' cy='8' r='3' class='line' stroke-width='2.2' />;
    case 'Edge-Loc':
      return <path d='M8 2.2A5.800 5.800 0 0 1 13.800 8L10.400 8A2.400 2.400 0 0 0 8 5.600Z' />;
    case 'Edge-Ring':
      return <circle cx='8' cy='8' r='5' class='line' stroke-width='2.200' />;
    case 'Loc':
      return <circle cx='10.2' cy='6' r='2.300' />;
    case 'Near-full':
      return <circle cx='8' cy='8' r='5.600' />;
    case 'Random':
      return <path d='M4 6h2v2H4zM7 3h2v2H7zM10 7h2v2h-2zM6 10h2v2H6zM9.500 10.500h2v2h-2z' />;
    case 'Scratch':
      return <path d='M4.500 11.500Q7 6 11.500 4.500' class='line' stroke-width='2' />;
    case 'none':
      return null;
    default:
      return <path d='M8 3.500 12.500 8 8 12.500 3.500 8Z' />;
  }
}

export function PatternSign({ label }: { label: string }) {
  return (
    <svg class={`sign ${patternClass(label)}`} viewBox='0 0 16 16' aria-hidden='true'>
      <circle class='rim' cx='8' cy='8' r='7' />
      {shape(label)}
    </svg>
  );
}

export function PatternName({ label }: { label: string }) {
  return (
    <span class='pattern-name'>
      <PatternSign label={label} />
      <span>{label}</span>
    </span>
  );
}
