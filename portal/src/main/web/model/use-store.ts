import { useEffect, useState } from 'preact/hooks';
import type { Store } from './store.ts';

/** The store's value; the component renders again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, renderAgain] = useState(0);
  const value = store.get();
  useEffect(() => {
    // It may have changed between rendering and here.
    if (!Object.is(store.get(), value)) {
      renderAgain((n) => n + 1);
    }
    return store.watch(() => renderAgain((n) => n + 1));
  }, [store]);
  return value;
}
