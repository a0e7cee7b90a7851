// Who is logged in: logging in and out, the own password.

import { call, get } from './api.ts';

export type Role = 'viewer' | 'reviewer' | 'approver' | 'admin';

export interface Session {
  user: string;
  role: Role;
}

export interface WaysToLogIn {
  password: boolean;
  oidc: { label: string; url: string } | null;
}

export const sessionApi = {
  login: (user: string, password: string) =>
    call<Session>('POST', '/api/v1/session', { user, password }),
  me: () => get<Session>('/api/v1/session'),
  ways: () => get<WaysToLogIn>('/api/v1/session/ways'),
  /** Answers where the OpenID provider ends its session, if it began this one. */
  logout: () => call<{ providerLogout: string } | undefined>('POST', '/api/v1/session/logout'),
  changePassword: (currentPassword: string, newPassword: string) =>
    call<void>('POST', '/api/v1/session/password', { currentPassword, newPassword }),
};
