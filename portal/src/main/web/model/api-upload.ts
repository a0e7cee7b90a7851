// Files that people hand in.

import { queryString, send } from './api.ts';
import type { WaferKey } from './api-wafers.ts';

/** What became of an uploaded file. */
export interface Uploaded {
  items: (WaferKey & {
    lot: string;
    wafer: string;
    prediction: string;
    probability: number;
    /** Whether it is new. */
    stored: boolean;
    warnings: string[];
  })[];
  refused: { where: string; reason: string }[];
  passedOver: number;
}

/** Whose wafers a file's are, and what it does not say itself. */
export interface UploadTarget {
  fab: string;
  camera: string;
  passBins?: string;
  notch?: string;
}

/** The same for a file, which is read and classified before it is answered. */
const UPLOAD_TIMEOUT_MILLIS = 10 * 60_000;

export function upload(file: File, target: UploadTarget): Promise<Uploaded> {
  return send<Uploaded>(
    'POST',
    `/api/v1/wafers${queryString({ ...target, name: file.name })}`,
    { 'Content-Type': 'application/octet-stream' },
    file,
    UPLOAD_TIMEOUT_MILLIS,
  );
}
