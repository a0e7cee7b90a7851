// What came and is no wafer: refused messages, images without a prediction.

import { get, type Page, queryString } from './api.ts';

/** An image whose prediction has not come. */
export interface Unclassified {
  imgid: string;
  timestamp: number;
  time: string;
  fab: string;
  camera: string;
  receivedAt: string;
  imageUrl: string;
  waferMapUrl: string;
}

export interface Refused {
  id: number;
  topic: string;
  fab: string | null;
  camera: string | null;
  reason: string;
  /** How often the very same message came. */
  times: number;
  firstReceivedAt: string;
  lastReceivedAt: string;
  payloadBytes: number;
  keptBytes: number;
  payloadUrl: string;
}

export interface RefusedDetail extends Refused {
  payloadStart: string;
}

export const quarantineApi = {
  unclassified: (limit: number) =>
    get<Page<Unclassified>>(`/api/v1/unclassified${queryString({ limit })}`),
  refused: (limit: number, cursor: string | null) =>
    get<Page<Refused>>(`/api/v1/quarantine${queryString({ limit, cursor: cursor ?? undefined })}`),
  detail: (id: number) => get<RefusedDetail>(`/api/v1/quarantine/${id}`),
};
