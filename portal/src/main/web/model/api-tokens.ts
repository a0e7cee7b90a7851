// What programs send instead of a password.

import { call, get } from './api.ts';

export type Scope =
  | 'read'
  | 'review'
  | 'approve'
  | 'ingest'
  | 'metrics'
  | 'classify'
  | 'admin';

/** What a program sends instead of a password. */
export interface Token {
  id: number;
  owner: string;
  name: string;
  scopes: Scope[];
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
}

export interface MadeToken extends Token {
  token: string;
}

export const tokenApi = {
  all: () => get<{ items: Token[] }>('/api/v1/tokens'),
  add: (name: string, scopes: Scope[], days: number) =>
    call<MadeToken>('POST', '/api/v1/tokens', { name, scopes, days }),
  revoke: (id: number) => call<void>('DELETE', `/api/v1/tokens/${id}`),
};
