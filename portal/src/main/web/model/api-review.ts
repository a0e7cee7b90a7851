// Reviewing: wafers that are given out, what reviewers say, what that tells.

import { call, get } from './api.ts';
import type { GroundTruth, NewGroundTruth, Wafer } from './api-wafers.ts';

export interface ReviewWafer extends Wafer {
  /** Why its label is wanted. */
  wanted: string[];
}

export interface ReviewStatistics {
  stages: Record<'unreviewed' | 'one' | 'disputed' | 'settled', number>;
  reviewers: {
    reviewer: string;
    opinions: number;
    wafersPerHour: number | null;
    known: number;
    knownRight: number;
  }[];
  pairs: { reviewers: [string, string]; wafers: number; agreed: number; kappa: number | null }[];
  precisions: {
    model: string;
    prediction: string;
    wafers: number;
    right: number;
    precision: number;
    low: number;
    high: number;
  }[];
}

export const reviewApi = {
  lease: (limit: number) =>
    call<{ items: ReviewWafer[] }>('POST', '/api/v1/review/leases', { limit }),
  statistics: (signal?: AbortSignal) => get<ReviewStatistics>('/api/v1/review/statistics', signal),
};

/** Sends a label that was given in the review, or its undoing; null: no label of the wafer's. */
export async function sendOpinion(label: NewGroundTruth): Promise<GroundTruth | null> {
  const { fab, camera, imgid, timestamp, ground_truth, comment, review } = label;
  const said = review === 'undo'
    ? { undo: true }
    : { ground_truth, ...(comment ? { comment } : {}) };
  const body = { fab, camera, imgid, timestamp, ...said };
  const answer = await call<{ groundTruth: GroundTruth | null }>(
    'POST',
    '/api/v1/review/opinions',
    body,
  );
  return answer.groundTruth;
}
