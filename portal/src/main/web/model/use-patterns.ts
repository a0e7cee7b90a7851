import { useEffect, useState } from 'preact/hooks';
import { type Clusters, type NewPattern, patternApi } from './api-patterns.ts';

export interface PatternsState {
  clusters: Clusters | null;
  patterns: readonly NewPattern[];
  error: string | null;
  /** What became of the last change. */
  note: string;
  busy: boolean;
  /** Does something and reads everything again. */
  change: (work: () => Promise<string>) => void;
}

/** Clusters and named patterns; read when the view opens and after each change. */
export function usePatterns(): PatternsState {
  const [clusters, setClusters] = useState<Clusters | null>(null);
  const [patterns, setPatterns] = useState<readonly NewPattern[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const failed = (e: Error) => !abort.signal.aborted && setError(e.message);
    patternApi.all(abort.signal).then(({ items }) => setPatterns(items), failed);
    patternApi.clusters(abort.signal).then((found) => {
      setClusters(found);
      setError(null);
    }, failed);
    return () => abort.abort();
  }, [turn]);
  const change = (work: () => Promise<string>) => {
    setBusy(true);
    work()
      .then(setNote, (e: Error) => setNote(e.message))
      .finally(() => {
        setBusy(false);
        setTurn((n) => n + 1);
      });
  };
  return { clusters, patterns, error, note, busy, change };
}
