// Past wafers that look like one.

import { get } from './api.ts';
import { type Wafer, type WaferKey, waferPath } from './api-wafers.ts';

export interface SimilarWafer extends Wafer {
  /** Cosine of the embeddings; 1 for the same. */
  similarity: number;
}

export interface SimilarAnswer {
  model: string;
  /** Among how many was looked. */
  searched: number;
  items: SimilarWafer[];
}

export function similarWafers(
  key: WaferKey,
  limit: number,
  signal?: AbortSignal,
): Promise<SimilarAnswer> {
  return get<SimilarAnswer>(`${waferPath(key, '/similar')}&limit=${limit}`, signal);
}
