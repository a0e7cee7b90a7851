// Who did what to what.

import { get, type Page, queryString } from './api.ts';

export interface AuditEntry {
  id: number;
  at: string;
  actor: string;
  action: string;
  object: string;
  detail: Record<string, unknown>;
  from: string | null;
  hash: string;
}

export interface AuditQuery {
  actor?: string;
  action?: string;
  object?: string;
}

export interface AuditVerdict {
  intact: boolean;
  first?: number;
  last?: number;
  broken?: number;
  why?: string;
}

/** The address of the audit as a file. */
export function auditExport(query: AuditQuery, format: 'csv' | 'jsonl'): string {
  return `/api/v1/audit/export${queryString({ ...query, format })}`;
}

export const auditApi = {
  entries: (query: AuditQuery, limit: number, cursor: string | null) =>
    get<Page<AuditEntry>>(
      `/api/v1/audit${queryString({ ...query, limit, cursor: cursor ?? undefined })}`,
    ),
  verify: () => get<AuditVerdict>('/api/v1/audit/verification'),
};
