// Who is logged in, and what lives as long as that: events and labels on their way.

import { ApiError, whenSignedOut } from './api.ts';
import { type Role, type Session, sessionApi } from './api-session.ts';
import { type GroundTruth, waferApi } from './api-wafers.ts';
import { sendOpinion } from './api-review.ts';
import { LabelQueue } from './label-queue.ts';
import { live } from './live.ts';
import { Store } from './store.ts';
import { WaferMaps } from './wafer-maps.ts';

export type SessionState =
  | { kind: 'asking' }
  | { kind: 'unreachable'; reason: string }
  | { kind: 'signed-out'; note?: string }
  | { kind: 'signed-in'; session: Session };

export const session = new Store<SessionState>({ kind: 'asking' });

/** Labels that the hub stored for us, for every list that shows the wafer. */
export const storedLabel = new Store<GroundTruth | null>(null);

export const labels = new LabelQueue(
  (label) => label.review ? sendOpinion(label) : waferApi.label(label),
  (groundTruth) => storedLabel.set(groundTruth),
  localStorage,
);

export let waferMaps = new WaferMaps(waferApi.map);

export async function startSession(): Promise<void> {
  whenSignedOut(() => {
    if (session.get().kind === 'signed-in') {
      signedOut('Your session has ended. Log in to go on; nothing is lost.');
    }
  });
  session.set({ kind: 'asking' });
  try {
    signedIn(await sessionApi.me());
  } catch (e) {
    const error = e as ApiError;
    session.set(
      error.status === 401
        ? { kind: 'signed-out' }
        : { kind: 'unreachable', reason: error.message },
    );
  }
}

export async function logIn(user: string, password: string): Promise<void> {
  signedIn(await sessionApi.login(user, password));
}

export async function logOut(): Promise<void> {
  const elsewhere = await sessionApi.logout();
  signedOut();
  if (elsewhere) {
    location.assign(elsewhere.providerLogout);
  }
}

function signedIn(who: Session): void {
  session.set({ kind: 'signed-in', session: who });
  live.start();
  labels.startFor(who.user);
}

function signedOut(note?: string): void {
  live.stop();
  labels.startFor(null);
  // The next person at this browser must not see what this one was allowed to.
  waferMaps = new WaferMaps(waferApi.map);
  session.set(note ? { kind: 'signed-out', note } : { kind: 'signed-out' });
}

export function currentRole(): Role | null {
  const state = session.get();
  return state.kind === 'signed-in' ? state.session.role : null;
}

export function mayReview(): boolean {
  const role = currentRole();
  return role !== null && role !== 'viewer';
}

export function isAdmin(): boolean {
  return currentRole() === 'admin';
}

export function mayApprove(): boolean {
  const role = currentRole();
  return role === 'approver' || role === 'admin';
}
