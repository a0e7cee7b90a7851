// The hub's events. One connection for the whole page; views add listeners.

import { ApiError } from './api.ts';
import type { Alarm } from './api-alarms.ts';
import type { Camera } from './api-devices.ts';
import type { Refused } from './api-quarantine.ts';
import { sessionApi } from './api-session.ts';
import type { GroundTruth, Wafer } from './api-wafers.ts';
import { Store } from './store.ts';

export interface ImageArrival {
  fab: string;
  camera: string;
  imgid: string;
  timestamp: number;
  imageUrl: string | null;
  waferMapUrl: string | null;
}

export interface Events {
  classification: Wafer;
  image: ImageArrival;
  groundtruth: GroundTruth;
  alarm: Alarm;
  status: Camera;
  quarantine: Refused;
  /** Events were missed: read the lists again. */
  refetch: Record<string, never>;
}

type Listener<K extends keyof Events> = (data: Events[K]) => void;

const NAMES: readonly (keyof Events)[] = [
  'classification',
  'image',
  'groundtruth',
  'alarm',
  'status',
  'quarantine',
  'refetch',
];

/** Between two tries where the browser does not try by itself. */
const RETRY_MILLIS = 3_000;

export type Connection = 'connecting' | 'live' | 'disconnected';

class Live {
  readonly connection = new Store<Connection>('connecting');
  private readonly listeners = new Map<keyof Events, Set<(data: never) => void>>();
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private wasLive = false;

  on<K extends keyof Events>(name: K, listener: Listener<K>): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all);
    all.add(listener);
    return () => all.delete(listener);
  }

  start(): void {
    this.stop();
    this.connection.set('connecting');
    this.connect();
  }

  stop(): void {
    this.source?.close();
    this.source = null;
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.wasLive = false;
  }

  private connect(): void {
    const source = new EventSource('/api/v1/events');
    this.source = source;
    let opened = false;
    source.onopen = () => {
      // A new connection has no Last-Event-ID: what came meanwhile has to be read.
      if (this.wasLive && !opened) {
        this.tell('refetch', {});
      }
      opened = true;
      this.wasLive = true;
      this.connection.set('live');
    };
    source.onerror = () => {
      this.connection.set('disconnected');
      if (source.readyState === EventSource.CLOSED && this.source === source) {
        this.timer = setTimeout(() => void this.again(), RETRY_MILLIS);
      }
    };
    for (const name of NAMES) {
      source.addEventListener(name, (event) => this.tell(name, JSON.parse(event.data)));
    }
  }

  /** The stream was refused: the session may be over, which the session call makes known. */
  private async again(): Promise<void> {
    this.timer = null;
    try {
      await sessionApi.me();
    } catch (e) {
      if (e instanceof ApiError && e.status === 401) {
        return;
      }
    }
    if (this.source !== null) {
      this.connect();
    }
  }

  private tell<K extends keyof Events>(name: K, data: Events[K]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      (listener as Listener<K>)(data);
    }
  }
}

export const live = new Live();
