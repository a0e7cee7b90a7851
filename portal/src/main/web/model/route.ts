// What the address says: which view, with which parameters. It sits behind the #, so that any
// address serves the one page and a view can be sent to a colleague.

import { Store } from './store.ts';

export const VIEWS = [
  'live',
  'wafers',
  'review',
  'patterns',
  'trend',
  'analytics',
  'models',
  'alarms',
  'quarantine',
  'devices',
  'upload',
  'tokens',
  'people',
  'audit',
] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const view = VIEWS.find((name) => name === path) ?? 'wafers';
  return { view, params: new URLSearchParams(query) };
}

export function href(view: View, params: URLSearchParams | Record<string, string> = {}): string {
  const query = new URLSearchParams(params).toString();
  return `#/${view}${query ? `?${query}` : ''}`;
}

export const route = new Store<Route>({ view: 'wafers', params: new URLSearchParams() });

/** The address that `route` was read from. */
let readFrom: string | undefined;

export function startRouting(): void {
  const read = () => {
    readFrom = location.hash;
    route.set(parseRoute(readFrom));
  };
  addEventListener('hashchange', read);
  read();
}

export function navigate(view: View, params?: URLSearchParams | Record<string, string>): void {
  location.hash = href(view, params);
}

/**
 * Changes parameters of this view without a step in the browser's history. Where the reader has
 * gone elsewhere and the browser has not told us yet, nothing changes: the address is theirs.
 */
export function replaceParams(change: Record<string, string | undefined>): void {
  if (location.hash !== readFrom) {
    return;
  }
  const { view, params } = route.get();
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === '') {
      next.delete(name);
    } else {
      next.set(name, value);
    }
  }
  if (next.toString() !== params.toString()) {
    history.replaceState(null, '', href(view, next));
    readFrom = location.hash;
    route.set({ view, params: next });
  }
}
