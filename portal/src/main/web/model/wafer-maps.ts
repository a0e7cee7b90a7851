// Wafer maps from the hub, decoded, with a bounded cache and a bounded number of requests: the
// browser has six connections to a hub, and one of them carries the events.

import { ApiError } from './api.ts';
import type { WaferMapMessage } from './api-wafers.ts';
import { discScale } from './die-grid.ts';

export interface WaferMap {
  height: number;
  width: number;
  /** Row by row from the top left: 0 no die, 1 pass, 2 fail. */
  cells: Uint8Array;
  dies: number;
  failing: number;
  yieldRatio: number;
  /** What a circle around all dies is larger than one in the grid; see discScale. */
  discScale: number;
}

/** A wafer map, or in the hub's words why there is none. */
export type LoadedMap =
  | { kind: 'map'; map: WaferMap }
  | { kind: 'no-map'; reason: string }
  | { kind: 'failed'; reason: string };

export const MAX_CACHED_CELLS = 32_000_000;
const MAX_REQUESTS = 4;

interface Job {
  url: string;
  signal: AbortSignal;
  done: (loaded: LoadedMap) => void;
}

type Fetch = (url: string, signal?: AbortSignal) => Promise<WaferMapMessage>;

export class WaferMaps {
  private readonly cache = new Map<string, LoadedMap>();
  private cachedCells = 0;
  private waiting: Job[] = [];
  private running = 0;

  constructor(private readonly fetchMap: Fetch) {}

  cached(url: string): LoadedMap | undefined {
    const found = this.cache.get(url);
    if (found) {
      // The last used is the last to go.
      this.cache.delete(url);
      this.cache.set(url, found);
    }
    return found;
  }

  /** Loads one; the last asked for comes first: it is what the reader looks at now. */
  load(url: string, signal: AbortSignal, done: (loaded: LoadedMap) => void): void {
    this.waiting.push({ url, signal, done });
    this.startNext();
  }

  private startNext(): void {
    while (this.running < MAX_REQUESTS) {
      const job = this.waiting.pop();
      if (!job) {
        return;
      }
      if (!job.signal.aborted) {
        this.running++;
        void this.run(job).finally(() => {
          this.running--;
          this.startNext();
        });
      }
    }
  }

  private async run(job: Job): Promise<void> {
    const loaded = this.cached(job.url) ?? (await this.read(job));
    if (loaded && !job.signal.aborted) {
      job.done(loaded);
    }
  }

  private async read(job: Job): Promise<LoadedMap | undefined> {
    try {
      const map = decode(await this.fetchMap(job.url, job.signal));
      const loaded: LoadedMap = { kind: 'map', map };
      this.keep(job.url, loaded);
      return loaded;
    } catch (e) {
      if (job.signal.aborted) {
        return undefined;
      }
      const reason = (e as Error).message;
      if (e instanceof ApiError && e.problem === 'no-wafer-map') {
        const loaded: LoadedMap = { kind: 'no-map', reason };
        this.keep(job.url, loaded);
        return loaded;
      }
      return { kind: 'failed', reason };
    }
  }

  private keep(url: string, loaded: LoadedMap): void {
    this.cache.set(url, loaded);
    this.cachedCells += cost(loaded);
    for (const [oldest, entry] of this.cache) {
      if (this.cachedCells <= MAX_CACHED_CELLS || oldest === url) {
        break;
      }
      this.cache.delete(oldest);
      this.cachedCells -= cost(entry);
    }
  }
}

/** What an entry takes of the cache; one without dies is not free either. */
function cost(loaded: LoadedMap): number {
  return loaded.kind === 'map' ? loaded.map.cells.length + 1_000 : 1_000;
}

export function decode(message: WaferMapMessage): WaferMap {
  const { height, width, dies, failing, yieldRatio } = message;
  if (message.cells.length !== height * width) {
    throw new Error(`a ${height} x ${width} wafer map came with ${message.cells.length} cells`);
  }
  const cells = new Uint8Array(message.cells.length);
  for (let i = 0; i < cells.length; i++) {
    cells[i] = message.cells.charCodeAt(i) - 48;
  }
  const scale = discScale({ height, width }, cells);
  return { height, width, cells, dies, failing, yieldRatio, discScale: scale };
}
