// New patterns: clusters of wafers that fit none, and those that people named.

import { call, get, type Page } from './api.ts';
import type { Wafer, WaferKey } from './api-wafers.ts';

export interface NewPattern {
  id: number;
  name: string;
  createdBy: string;
  createdAt: string;
  /** Wafers that people said to be of it. */
  named: number;
  /** Wafers that the hub matched. */
  matched: number;
  /** The hub's model says it itself by now. */
  inModel: boolean;
}

export interface Cluster {
  wafers: number;
  least: number;
  /** Those nearest the middle first; not all of a large one. */
  items: Wafer[];
}

export interface Clusters {
  model: string;
  /** How many were clustered. */
  wafers: number;
  items: Cluster[];
}

export const patternApi = {
  all: (signal?: AbortSignal) => get<{ items: NewPattern[] }>('/api/v1/patterns', signal),
  clusters: (signal?: AbortSignal) => get<Clusters>('/api/v1/patterns/clusters', signal),
  name: (name: string, wafers: readonly WaferKey[]) =>
    call<NewPattern>('POST', '/api/v1/patterns', {
      name,
      wafers: wafers.map(({ fab, camera, imgid, timestamp }) => ({
        fab,
        camera,
        imgid,
        timestamp,
      })),
    }),
  rename: (id: number, name: string) =>
    call<NewPattern>('PATCH', `/api/v1/patterns/${id}`, { name }),
  merge: (id: number, into: number) =>
    call<NewPattern>('POST', `/api/v1/patterns/${id}/merge`, { into }),
  dissolve: (id: number) => call<void>('POST', `/api/v1/patterns/${id}/dissolve`, {}),
  wafers: (id: number, limit: number, signal?: AbortSignal) =>
    get<Page<Wafer>>(`/api/v1/patterns/${id}/wafers?limit=${limit}`, signal),
};
