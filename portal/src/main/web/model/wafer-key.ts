// A wafer's name in lists and in the address.

import type { WaferKey } from './api-wafers.ts';

/** Names hold neither / nor @, so this reads back. */
export function keyText(key: WaferKey): string {
  return `${key.fab}/${key.camera}/${key.imgid}@${key.timestamp}`;
}

export function keyOfText(text: string | null): WaferKey | undefined {
  const match = /^([^/@]+)\/([^/@]+)\/([^/@]+)@(\d{1,13})$/.exec(text ?? '');
  return match
    ? { fab: match[1]!, camera: match[2]!, imgid: match[3]!, timestamp: Number(match[4]) }
    : undefined;
}

/** The lists' order: newest first, then by imgid, descending as well. */
export function newestFirst(a: WaferKey, b: WaferKey): number {
  return b.timestamp - a.timestamp || (a.imgid < b.imgid ? 1 : a.imgid > b.imgid ? -1 : 0);
}
