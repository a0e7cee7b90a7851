// People who may log in.

import { call, get } from './api.ts';
import type { Role } from './api-session.ts';

export interface Account {
  user: string;
  role: Role;
  createdAt: string;
  /** An oidc account logs in elsewhere, and its role comes from its groups there. */
  way: 'password' | 'oidc';
}

export const accountApi = {
  all: () => get<{ items: Account[] }>('/api/v1/accounts'),
  add: (user: string, password: string, role: Role) =>
    call<Account>('POST', '/api/v1/accounts', { user, password, role }),
  change: (user: string, change: { role?: Role; password?: string }) =>
    call<Account>('PATCH', `/api/v1/accounts/${encodeURIComponent(user)}`, change),
  remove: (user: string) => call<void>('DELETE', `/api/v1/accounts/${encodeURIComponent(user)}`),
};
