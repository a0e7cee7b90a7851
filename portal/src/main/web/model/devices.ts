// Fabs and their cameras, for the filter and the Devices view.

import { type Camera, deviceApi, type Fab } from './api-devices.ts';
import { live } from './live.ts';
import { Store } from './store.ts';

export interface DevicesState {
  fabs: readonly Fab[];
  loading: boolean;
  error: string | null;
}

export const devices = new Store<DevicesState>({ fabs: [], loading: true, error: null });

export async function readDevices(): Promise<void> {
  try {
    devices.set({ fabs: (await deviceApi.cameras()).fabs, loading: false, error: null });
  } catch (e) {
    devices.update((s) => ({ ...s, loading: false, error: (e as Error).message }));
  }
}

export function withCamera(fabs: readonly Fab[], fab: string, camera: Camera): readonly Fab[] {
  const byName = <T>(name: (t: T) => string) => (a: T, b: T) => (name(a) < name(b) ? -1 : 1);
  const cameras = fabs.find((f) => f.fab === fab)?.cameras ?? [];
  const others = cameras.filter((c) => c.camera !== camera.camera);
  const now = { fab, cameras: [...others, camera].sort(byName((c) => c.camera)) };
  return [...fabs.filter((f) => f.fab !== fab), now].sort(byName((f) => f.fab));
}

/** Watches while somebody is logged in; returns what ends it. */
export function followDevices(): () => void {
  void readDevices();
  const known = (fab: string, camera: string) =>
    devices.get().fabs.some((f) => f.fab === fab && f.cameras.some((c) => c.camera === camera));
  const ends = [
    live.on('status', (camera) => {
      if (camera.fab) {
        const fabs = withCamera(devices.get().fabs, camera.fab, camera);
        devices.update((s) => ({ ...s, fabs }));
      }
    }),
    // A device of another maker may never write a status.
    live.on('classification', (wafer) => {
      if (!known(wafer.fab, wafer.camera)) {
        void readDevices();
      }
    }),
    live.on('refetch', () => void readDevices()),
  ];
  return () => ends.forEach((end) => end());
}
