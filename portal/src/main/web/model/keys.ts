// Single keys, without Ctrl, Alt or Meta. A dialog takes the keyboard from what is under it.

import { useEffect, useRef } from 'preact/hooks';

export type KeyMap = Record<string, (() => void) | undefined>;

interface Layer {
  keys: { current: KeyMap };
  /** Keeps keys from layers below. */
  modal: boolean;
}

const layers: Layer[] = [];

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** Enter and space already press the button or link that has the focus. */
function presses(event: KeyboardEvent): boolean {
  return (
    (event.key === 'Enter' || event.key === ' ') &&
    event.target instanceof HTMLElement &&
    event.target.closest('button, a, summary') !== null
  );
}

export function startKeys(): void {
  addEventListener('keydown', (event) => {
    const escape = event.key === 'Escape';
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    if (modified || event.isComposing || (typing(event.target) && !escape) || presses(event)) {
      return;
    }
    for (const layer of [...layers].reverse()) {
      const action = layer.keys.current[event.key];
      if (action) {
        event.preventDefault();
        action();
        return;
      }
      if (layer.modal) {
        return;
      }
    }
  });
}

/** Listens while the component is shown. */
export function useKeys(keys: KeyMap, modal = false): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const layer = { keys: current, modal };
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, [modal]);
}
