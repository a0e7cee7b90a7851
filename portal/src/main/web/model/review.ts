// Giving labels: what a wafer's label is now, the next one, and the way back.

import type { Wafer, WaferKey } from './api-wafers.ts';
import type { PendingLabel } from './label-queue.ts';
import { labels, session } from './session.ts';
import { keyText } from './wafer-key.ts';

interface Given {
  key: WaferKey;
  label: string;
  before: string;
}

/** My labels of this page load, for undo; the last one last. */
const given: Given[] = [];

const MAX_UNDO = 500;

export interface EffectiveLabel {
  /** Null while nobody reviewed the wafer. */
  label: string | null;
  /** Set while the hub does not have it. */
  pending: PendingLabel | undefined;
}

export function effectiveLabel(wafer: Wafer): EffectiveLabel {
  const pending = labels.pendingOf(keyText(wafer));
  return { label: pending?.ground_truth ?? wafer.groundTruth?.ground_truth ?? null, pending };
}

/** Whether this label is on the wafer by me already, so that giving it again says nothing new. */
export function isMine(wafer: Wafer, label: string): boolean {
  const { label: now, pending } = effectiveLabel(wafer);
  const state = session.get();
  const me = state.kind === 'signed-in' ? state.session.user : null;
  return now === label && (pending !== undefined || wafer.groundTruth?.reviewer === me);
}

export function giveLabel(wafer: Wafer, label: string, comment?: string): void {
  const { fab, camera, imgid, timestamp } = wafer;
  const key = { fab, camera, imgid, timestamp };
  given.push({ key, label, before: effectiveLabel(wafer).label ?? wafer.prediction });
  given.splice(0, given.length - MAX_UNDO);
  labels.add({ ...key, ground_truth: label, ...(comment ? { comment } : {}) });
}

/**
 * Takes my last label back by appending the one before it, or the prediction where there was none:
 * nothing that was stored is ever removed.
 *
 * @returns the wafer it was of; undefined where I gave none
 */
export function undoLabel(): Given | undefined {
  const last = given.pop();
  if (last) {
    labels.add({ ...last.key, ground_truth: last.before, comment: `undo of ${last.label}` });
  }
  return last;
}
