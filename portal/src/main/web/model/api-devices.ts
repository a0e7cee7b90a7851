// Cameras, and who may connect to the broker.

import { call, get } from './api.ts';

export interface Camera {
  fab?: string;
  camera: string;
  state: 'online' | 'offline' | 'unknown';
  lastSeenAt: string | null;
  model: string | null;
  version: string | null;
  spooled: number | null;
  spoolLimit: number | null;
  /** What is wrong with it now. */
  problems: string[];
}

export interface Fab {
  fab: string;
  cameras: Camera[];
}

/** Who may connect to the hub's broker. */
export interface DeviceCredential {
  device: string;
  fab: string;
  /** Empty for every camera of the fab. */
  cameras: string[];
  credential: 'certificate' | 'password';
  state: 'waiting' | 'expired' | 'active' | 'revoked';
  createdBy: string;
  createdAt: string;
  certificateEndsAt: string | null;
  tokenEndsAt: string | null;
  lastSeenAt: string | null;
  lastAddress: string | null;
}

/** With what is told once. */
export interface NewDeviceCredential extends DeviceCredential {
  token?: string;
  password?: string;
}

export const deviceApi = {
  cameras: () => get<{ fabs: Fab[] }>('/api/v1/devices'),
  credentials: () => get<{ items: DeviceCredential[] }>('/api/v1/devices/credentials'),
  add: (
    device: string,
    fab: string,
    cameras: string[],
    credential: DeviceCredential['credential'],
  ) =>
    call<NewDeviceCredential>('POST', '/api/v1/devices/credentials', {
      device,
      fab,
      cameras,
      credential,
    }),
  rotate: (device: string) =>
    call<NewDeviceCredential>(
      'POST',
      `/api/v1/devices/credentials/${encodeURIComponent(device)}/rotation`,
      {},
    ),
  revoke: (device: string) =>
    call<DeviceCredential>(
      'POST',
      `/api/v1/devices/credentials/${encodeURIComponent(device)}/revocation`,
    ),
};
